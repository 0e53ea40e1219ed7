/* The camera: pictures as they come, one looked at a time, by the browser's own reader where it has one and else by ZXing in a
 * worker. A code is told once for as long as it stays in view. Nothing runs while the page is hidden. */
const SIDE = 1280, GONE_MS = 2500;

/** The digits of a code that turns change while the same phone is held up. */
const base = (text) => text.replace(/^(GH1\.[\w-]+)\.\d{6}$/i, '$1');

async function native() {
	try {
		const formats = await globalThis.BarcodeDetector?.getSupportedFormats();

		return formats?.includes('qr_code') ? new BarcodeDetector({ formats: ['qr_code'] }) : null;
	} catch {
		return null;
	}
}

/** Gives look(video, hard): the texts in its picture. Throws where there is no reader. */
async function reader() {
	const detector = await native();

	if (detector)
		return { look: async (video) => (await detector.detect(video)).map(({ rawValue }) => rawValue), close: () => {} };
	const worker = new Worker(new URL('./camera-worker.js', import.meta.url), { type: 'module' });
	const ask = (message, transfer) => new Promise((done, fail) => {
		worker.onmessage = ({ data }) => data.failed ? fail(new Error(data.failed)) : done(data);
		worker.onerror = (event) => fail(new Error(event.message ?? 'worker'));
		worker.postMessage(message, transfer);
	});

	try {
		await ask({ start: true }, []);
	} catch (cause) {
		worker.terminate();
		throw Object.assign(new Error('reader', { cause }), { name: 'NoReader' });
	}
	const look = async (video, hard) => {
		const { videoWidth: wide, videoHeight: high } = video, side = Math.min(wide, high);
		// Most codes are in the frame; each other picture is looked at whole, and longer.
		const [x, y, w, v] = hard ? [0, 0, wide, high] : [(wide - side) / 2, (high - side) / 2, side, side];
		const scale = Math.min(1, SIDE / Math.max(w, v));
		const bitmap = await createImageBitmap(video, x, y, w, v, scale < 1 ? { resizeWidth: Math.round(w * scale), resizeHeight: Math.round(v * scale) } : {});

		return (await ask({ bitmap, hard }, [bitmap])).texts;
	};
	return { look, close: () => worker.terminate() };
}

const next_picture = (video, run) => video.requestVideoFrameCallback ? video.requestVideoFrameCallback((now) => run(now))
	: requestAnimationFrame(run);

/**
 * camera({ video, on_read(text, taken), on_two() }): taken is performance.now() of the picture; on_two at each picture that has several.
 * start(device_id) throws what getUserMedia throws, or an error named NoReader; stop(); torch(on); can_torch(); settle(text): the
 * ticket of this code is answered, whatever digits turn beside it; devices().
 */
export function camera({ video, on_read, on_two = () => {} }) {
	const seen = new Map();
	let stream = null, eye = null, run = 0;

	const tell = (texts, taken) => {
		const now = performance.now(), found = [...new Set(texts)].filter(Boolean);

		for (const [key, { at }] of seen)
			if (now - at > GONE_MS)
				seen.delete(key);
		const fresh = found.filter((text) => {
			const known = seen.get(text), settled = seen.get(`=${base(text)}`);

			for (const one of [known, settled])
				if (one)
					one.at = now;
			return !known && !settled;
		});
		if (found.length > 1)
			return on_two();
		if (!fresh.length)
			return undefined;
		seen.set(fresh[0], { at: now });
		return on_read(fresh[0], taken);
	};

	async function look(of, hard) {
		if (of !== run || !stream)
			return;
		const taken = performance.now();
		let texts = [];

		if (video.videoWidth && !document.hidden)
			try {
				texts = await eye.look(video, hard);
			} catch { /* this picture cannot be read; the next may */ }
		if (of !== run)
			return;
		tell(texts, taken);
		next_picture(video, () => look(of, !hard));
	}

	return {
		get on() {
			return stream !== null;
		},
		async start(device_id) {
			const of = ++run;
			const ask = (exact) => navigator.mediaDevices.getUserMedia({ audio: false, video: {
				...(exact ? { deviceId: { exact } } : { facingMode: 'environment' }), width: { ideal: 1280 }, height: { ideal: 720 }
			} });

			if (!navigator.mediaDevices?.getUserMedia)
				throw Object.assign(new Error('no camera'), { name: isSecureContext ? 'NotFoundError' : 'InsecureError' });
			eye ??= await reader();
			// One that was chosen and is not plugged in any more.
			const got = await ask(device_id).catch((error) => device_id && error.name === 'OverconstrainedError' ? ask('') : Promise.reject(error));

			if (of !== run)
				return got.getTracks().forEach((track) => track.stop());
			stream = got;
			video.srcObject = stream;
			await video.play().catch(() => {});
			return next_picture(video, () => look(of, false));
		},
		stop() {
			run++;
			stream?.getTracks().forEach((track) => track.stop());
			stream = null;
			video.srcObject = null;
			seen.clear();
		},
		close() {
			this.stop();
			eye?.close();
			eye = null;
		},
		settle(text) {
			seen.set(`=${base(text)}`, { at: performance.now() });
		},
		can_torch: () => Boolean(stream?.getVideoTracks()[0].getCapabilities?.().torch),
		torch: (on) => stream?.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] }),
		get device() {
			return stream?.getVideoTracks()[0].getSettings().deviceId ?? '';
		},
		devices: async () => (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput')
	};
}
