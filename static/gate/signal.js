/* A verdict as eyes, ears and hands have it: each kind has a colour (gate.css), a word, a shape (dom.js), a sound and a vibration that
 * no other kind has, and going out shares none of them with coming in, whatever is said of it. */
import { settings } from './settings.js';
import { has, t } from './words.js';

// Sound: [wave, [frequency, from s, to s]…].
const KINDS = {
	go: { sound: ['sine', [660, 0, .09], [990, .09, .24]], vibration: [70] },
	gone: { sound: ['triangle', [520, 0, .12], [350, .12, .3]], vibration: [40, 60, 40] },
	wait: { sound: ['square', [440, 0, .09], [440, .15, .24], [440, .3, .39]], vibration: [150, 80, 150] },
	wait_out: { sound: ['triangle', [330, 0, .09], [330, .15, .24], [262, .3, .39]], vibration: [150, 80, 40, 80, 150] },
	stop: { sound: ['sawtooth', [150, 0, .55]], vibration: [600] },
	stop_out: { sound: ['triangle', [196, 0, .25], [131, .28, .6]], vibration: [300, 80, 300] },
	again: { sound: ['sine', [300, 0, .1]], vibration: [25, 50, 25, 50, 25] },
	again_out: { sound: ['triangle', [262, 0, .1]], vibration: [25, 50, 25, 50, 120] },
	noted: { sound: ['sine', [780, 0, .06]], vibration: [30, 150, 30] },
	noted_out: { sound: ['triangle', [390, 0, .08]], vibration: [30, 150, 90] }
};

/** One of KINDS. */
export function kind_of({ result, reason, direction }) {
	const out = direction === 'out', this_way = (kind) => out ? `${kind}_out` : kind;

	if (reason === 'undone' || reason === 'just_scanned_here')
		return this_way('noted');
	if (result === 'valid')
		return out ? 'gone' : 'go';
	if (result === 'already_scanned')
		return this_way('wait');
	return this_way(['not_read', 'turn_missing', 'turn_old', 'scan_id_used', 'several'].includes(reason) ? 'again' : 'stop');
}

/** The word that is read from an arm's length. */
export function word_of(verdict) {
	const { reason, leave, direction } = verdict, kind = kind_of(verdict);

	if (reason === 'undone')
		return t('undone');
	if (leave && verdict.result === 'valid')
		return t(direction === 'out' ? 'on_leave' : 'came_back');
	if (reason === 'used_today' || reason === 'no_re_entry')
		return t('used');
	if (reason === 'several')
		return t('choose');
	return t(kind);
}

/** What it means, in a sentence. */
export function text_of(verdict) {
	const { reason, result, direction, leave, first_scan: first } = verdict;

	if (result === 'valid' && reason === 'by_hand')
		return t('by_hand');
	if (result === 'valid' && reason !== 'undone')
		return t(direction === 'out' ? leave ? 'leave_text' : 'gone_text' : first ? 'back_text' : 'go_text');
	return has(`reason.${reason}`) ? t(`reason.${reason}`) : verdict.sentence ?? '';
}

let audio;

/** Browsers let a page be heard only after it was touched. */
export function wake_sound() {
	audio ??= globalThis.AudioContext && new AudioContext();
	if (audio?.state === 'suspended')
		audio.resume().catch(() => {});
}
for (const event of ['pointerdown', 'keydown'])
	globalThis.addEventListener?.(event, wake_sound, { capture: true, passive: true });

function play([wave, ...tones]) {
	if (audio?.state !== 'running')
		return;
	for (const [frequency, from, to] of tones) {
		const tone = audio.createOscillator(), loud = audio.createGain(), now = audio.currentTime;

		tone.type = wave;
		tone.frequency.value = frequency;
		loud.gain.setValueAtTime(0, now + from);
		loud.gain.linearRampToValueAtTime(.5, now + from + .01);
		loud.gain.setValueAtTime(.5, now + to - .02);
		loud.gain.linearRampToValueAtTime(0, now + to);
		tone.connect(loud).connect(audio.destination);
		tone.start(now + from);
		tone.stop(now + to);
	}
}

export function signal(kind) {
	if (settings().sound)
		play(KINDS[kind].sound);
	if (settings().vibration)
		navigator.vibrate?.(KINDS[kind].vibration);
}
