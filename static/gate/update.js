/* A new version of the app waits beside the old one until nothing is under way, then takes over, and the page begins again with it.
 * Where something is under way, it is offered meanwhile: once. */
const LOOK_MS = 1500, QUIET_MS = 3000, ASK_MS = 15 * 60_000;
let take = () => location.reload();

/** quiet(): is nobody doing anything? idle(): nor the app by itself, which may be every few seconds where the server fails? told():
 *  one waits. Gives what stops it. */
export function follow_updates({ quiet, idle, told }) {
	const { serviceWorker } = navigator;
	let registration = null, offered = null, quiet_since = 0, taking = false;

	if (!serviceWorker)
		return () => {};
	take = () => {
		taking = true;
		if (registration?.waiting)
			registration.waiting.postMessage('take over');
		else
			location.reload();
	};
	function look() {
		const waiting = registration?.waiting, may = idle();

		quiet_since = waiting && quiet() ? quiet_since || performance.now() : 0;
		if (quiet_since && may && performance.now() - quiet_since >= QUIET_MS)
			take();
		if (waiting && !may && waiting !== offered) {
			offered = waiting;
			told();
		}
	}
	const changed = () => taking && location.reload();
	const timers = [setInterval(look, LOOK_MS), setInterval(() => registration?.update().catch(() => {}), ASK_MS)];

	serviceWorker.addEventListener('controllerchange', changed);
	serviceWorker.register('/gate/sw.js', { scope: '/gate/' }).then((got) => { registration = got; }).catch(() => {});
	return () => {
		timers.forEach(clearInterval);
		serviceWorker.removeEventListener('controllerchange', changed);
	};
}

/** The version that waits takes over now, whatever is under way. */
export const take_update = () => take();

/** The words of this language are kept on the device, as all else is. */
export function keep_words(language) {
	navigator.serviceWorker?.ready.then(({ active, waiting }) => [active, waiting].forEach((worker) => worker?.postMessage({ words: language })));
}
