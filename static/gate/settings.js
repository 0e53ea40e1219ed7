/* What an usher chose on this device. Nothing of it is secret, so it outlives a sign-out. */
const KEY = 'gatehouse-gate', BY_ITSELF = { sound: true, vibration: true, camera: '', camera_on: false, language: '', theme: 'system', gate: '', username: '', event: '' };
let kept;

function read() {
	try {
		return { ...BY_ITSELF, ...JSON.parse(localStorage.getItem(KEY) ?? '{}') };
	} catch {
		return { ...BY_ITSELF };
	}
}

export const settings = () => kept ??= read();

export function set(name, value) {
	settings()[name] = value;
	try {
		localStorage.setItem(KEY, JSON.stringify(kept));
	} catch { /* full, or forbidden: it lasts as long as the page */ }
}
