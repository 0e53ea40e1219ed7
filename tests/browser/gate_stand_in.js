/* In place of static/gate/gate.js where a test looks at how the app draws what seldom happens: it is told what to say by
 * window.play, what to refuse by window.refuse, and notes what it was asked in window.asked. */
export async function createGate({ onState, onNotice }) {
	const state = {
		phase: 'ready', online: true, gate: 'North gate', lead: true, usher: { id: 1, name: 'Ines Prado', username: 'usher1' }, direction: 'in', unsent: 0, sending: false, retry_at: 0,
		event: { id: 1, title: 'Harbour Lights Festival', status: 'published', scanning_enabled: true, time_zone: 'Europe/Lisbon', min_age: 16, categories: [{ id: 1, name: 'Balcony', min_age: 18 }], gates: ['North gate', 'West gate'] },
		progress: null, expires_at: Date.now() + 86400e3, synced_at: Date.now(), attendees: 1240, counts: { capacity: 1500, expected: 812, entered: 455, left: 27, inside: 428, refused: 9 },
		others: [{ gate: 'North gate', entered: 255, left: 20, refused: 6, scans: 281 }, { gate: 'West gate', entered: 200, left: 7, refused: 3, scans: 210 }], conflicts: [], storage: { ok: true, persisted: true, used: 3e6, quota: 3e9 }, update: false, ...window.play?.state
	};
	const asked = window.asked = [], note = (name) => async (...args) => {
		asked.push([name, ...args]);
		if (window.refuse?.[name])
			throw window.refuse[name];
		return window.play?.[name];
	};

	Object.assign(window, { change: (more) => onState(Object.assign(state, more)), notice: onNotice });
	queueMicrotask(() => onState(state));
	return Object.assign({ state, now: () => Date.now() + (window.play?.skew ?? 0), hold() {}, seen: (id) => window.change({ conflicts: state.conflicts.filter((one) => one.id !== id) }), close() {} },
		Object.fromEntries(['signIn', 'signOut', 'setGate', 'read', 'choose', 'search', 'byHand', 'undo', 'leave', 'return', 'report', 'logs', 'log', 'leaves', 'exportLog', 'status', 'selfTest', 'syncNow']
			.map((name) => [name, note(name)])), { setDirection: async (direction) => window.change({ direction }) });
}
