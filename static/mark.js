/* What a mark's page is where scripts run. Its forms are sent as they are without: here a camera fills the field of a file, a pen that of the strokes,
 * and the device's place three hidden ones.
 *
 *   [data-photo="user"]      a field of a file, with .camera: front camera ("user") or back ("environment"), with preview
 *   .pad                     a canvas that is signed on
 *   form[data-place]         where somebody is, how far from the event's place and how exactly that is known */
(() => {
	'use strict';
	const lang = document.documentElement.lang || 'en', number = new Intl.NumberFormat(lang, { numberingSystem: 'latn', maximumFractionDigits: 0 });
	const fill = (text, ...values) => values.reduce((all, value, i) => all.replace(`{${i + 1}}`, number.format(value)), text);
	const LONGEST = 1280, QUALITY = 0.85, LARGE = 4 << 20;

	/* ---- photos ---- */
	/* A file in place of what the field has. */
	function put_file(input, blob) {
		const files = new DataTransfer();

		files.items.add(new File([blob], 'photo.jpg', { type: 'image/jpeg' }));
		input.files = files.files;
	}

	function drawn(source, width, height) {
		const scale = Math.min(1, LONGEST / Math.max(width, height)), canvas = document.createElement('canvas');

		canvas.width = Math.round(width * scale);
		canvas.height = Math.round(height * scale);
		canvas.getContext('2d').drawImage(source, 0, 0, canvas.width, canvas.height);
		return new Promise((done) => { canvas.toBlob(done, 'image/jpeg', QUALITY); });
	}

	for (const field of document.querySelectorAll('[data-photo]')) {
		const input = field.querySelector('[type=file]'), box = field.querySelector('.camera'), video = box.querySelector('video'), image = box.querySelector('img');
		const [on, take, again] = ['on', 'take', 'again'].map((what) => box.querySelector(`[data-camera-${what}]`)), says = box.querySelector('[data-camera-says]');
		const taken_at = input.form.querySelector('[name=captured_at]'), mirrored = field.dataset.photo === 'user';
		let stream = null;

		const stop = () => {
			stream?.getTracks().forEach((track) => track.stop());
			stream = null;
			video.hidden = take.hidden = true;
		};
		const show = (blob) => {
			URL.revokeObjectURL(image.src);
			image.src = URL.createObjectURL(blob);
			image.hidden = false;
			again.hidden = !navigator.mediaDevices;
			on.hidden = true;
		};

		box.hidden = false;
		on.hidden = !navigator.mediaDevices;
		video.classList.toggle('mirrored', mirrored);
		async function start() {
			says.textContent = '';
			try {
				stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: field.dataset.photo, width: { ideal: LONGEST } } });
				video.srcObject = stream;
				image.hidden = again.hidden = on.hidden = true;
				video.hidden = take.hidden = false;
				await video.play();
				take.focus();
			} catch (error) {
				stop();
				on.hidden = false;
				says.textContent = error.name === 'NotAllowedError' ? says.dataset.denied : says.dataset.none;
			}
		}
		on.addEventListener('click', start);
		again.addEventListener('click', start);
		take.addEventListener('click', async () => {
			if (!video.videoWidth)
				return;
			const blob = await drawn(video, video.videoWidth, video.videoHeight);

			put_file(input, blob);
			if (taken_at)
				taken_at.value = new Date().toISOString();
			stop();
			show(blob);
			input.form.querySelector('button:not([type=button])').focus();
		});
		/* Chosen, or taken by the phone's own camera; one that is too large to be sent is made smaller. */
		input.addEventListener('change', async () => {
			const file = input.files[0];

			if (!file)
				return;
			stop();
			if (file.size > LARGE && window.createImageBitmap)
				try {
					const bitmap = await createImageBitmap(file);

					put_file(input, await drawn(bitmap, bitmap.width, bitmap.height));
				} catch {
					/* The server says what is wrong with it. */
				}
			show(input.files[0]);
		});
		window.addEventListener('pagehide', stop);
	}

	/* ---- signature ---- */
	for (const pad of document.querySelectorAll('.pad')) {
		const canvas = pad.querySelector('canvas'), context = canvas.getContext('2d'), { form } = pad.querySelector('[name=strokes]'), says = pad.querySelector('[data-pad-says]');
		const other = form.querySelector('details.other'), FEWEST = 8;
		let strokes = [], began = null, pen = null;

		const points = () => strokes.reduce((n, stroke) => n + stroke.length, 0);
		const clear = () => {
			strokes = [];
			began = null;
			context.clearRect(0, 0, canvas.width, canvas.height);
		};
		function add(event) {
			const box = canvas.getBoundingClientRect(), stroke = strokes[strokes.length - 1], round = (value) => Math.round(Math.min(1, Math.max(0, value)) * 1e5) / 1e5;
			const point = [round((event.clientX - box.left) / box.width), round((event.clientY - box.top) / box.height), Math.round(event.timeStamp - began), Math.round(event.pressure * 100) / 100];
			const last = stroke[stroke.length - 1];

			if (last) {
				context.beginPath();
				context.moveTo(last[0] * canvas.width, last[1] * canvas.height);
				context.lineTo(point[0] * canvas.width, point[1] * canvas.height);
				context.stroke();
			}
			stroke.push(point);
		}

		pad.hidden = false;
		other.open = Boolean(other.querySelector('.fault'));
		context.lineWidth = 6;
		context.lineCap = context.lineJoin = 'round';
		canvas.addEventListener('pointerdown', (event) => {
			canvas.setPointerCapture(event.pointerId);
			pen = event.pointerId;
			began ??= event.timeStamp;
			strokes.push([]);
			says.textContent = '';
			add(event);
		});
		canvas.addEventListener('pointermove', (event) => {
			if (event.pointerId !== pen)
				return;
			for (const one of event.getCoalescedEvents?.() ?? [event])
				add(one);
		});
		for (const end of ['pointerup', 'pointercancel'])
			canvas.addEventListener(end, () => { pen = null; });
		pad.querySelector('[data-pad-clear]').addEventListener('click', clear);
		form.addEventListener('submit', (event) => {
			const typed = form.querySelector('[name=typed_name]').value.trim() || form.querySelector('[name=signature]').files.length;

			form.querySelector('[name=strokes]').value = points() ? JSON.stringify(strokes) : '';
			if (typed || points() >= FEWEST || form.action.includes('/submit') || 'laterForm' in form.dataset)
				return;
			event.preventDefault();
			event.stopImmediatePropagation();
			says.textContent = says.dataset.short;
			canvas.scrollIntoView({ block: 'center' });
		}, true);
	}

	/* ---- place ---- */
	/* Near enough for people: what counts is what the server measures. */
	function metres(a, b) {
		const rad = Math.PI / 180, x = (b.longitude - a.longitude) * rad * Math.cos((a.latitude + b.latitude) / 2 * rad), y = (b.latitude - a.latitude) * rad;

		return Math.hypot(x, y) * 6371008.8;
	}

	for (const form of document.querySelectorAll('form[data-place]')) {
		const said = form.dataset, says = form.querySelector('[data-place-says]'), find = form.querySelector('[data-place-find]'), send = form.querySelector('[data-place-send]');
		const event = { latitude: Number(said.latitude), longitude: Number(said.longitude) }, WATCH_MS = 12000;
		let watch = null, best = null;

		form.querySelector('[data-scripted]').hidden = false;
		function stop() {
			navigator.geolocation.clearWatch(watch);
			find.removeAttribute('aria-disabled');
		}
		/* The most exact one that came counts; a device needs some seconds for that. */
		function take({ coords }) {
			if (best && coords.accuracy > best.accuracy)
				return;
			best = coords;
			const away = metres(coords, event);

			for (const name of ['latitude', 'longitude', 'accuracy'])
				form.querySelector(`[name=${name}]`).value = String(coords[name]);
			says.textContent = `${away <= Number(said.radius) ? said.near : fill(said.far, away, Number(said.radius))} ${fill(said.exact, coords.accuracy)}`;
			send.hidden = false;
			find.classList.add('quiet');
		}
		find.addEventListener('click', () => {
			if (find.getAttribute('aria-disabled'))
				return;
			if (!navigator.geolocation) {
				says.textContent = said.none;
				return;
			}
			best = null;
			says.textContent = said.asking;
			find.setAttribute('aria-disabled', 'true');
			watch = navigator.geolocation.watchPosition(take, (error) => {
				stop();
				if (!best)
					says.textContent = error.code === 1 ? said.denied : said.none;
			}, { enableHighAccuracy: true, maximumAge: 0, timeout: WATCH_MS });
			setTimeout(stop, WATCH_MS);
		});
		form.addEventListener('submit', stop);
	}
})();
