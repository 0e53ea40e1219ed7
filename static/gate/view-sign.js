/* Signing in: which event, and who. */
import { busy, choice, field, h } from './dom.js';
import { set, settings } from './settings.js';
import { language, NAMES, t } from './words.js';

/** The languages; what is chosen is spoken, where its words can be had. */
export function tongues(app) {
	const tongue = choice(Object.entries(NAMES), language(), { onchange: async () => {
		await app.speak(tongue.value);
		tongue.value = language();
	} });

	return field(t('language'), tongue);
}

export function sign_view(app) {
	const kept = settings(), told = h('p.fault', { role: 'alert', hidden: true });
	const event = h('input', { name: 'event_id', type: 'number', inputmode: 'numeric', min: 1, required: true, list: 'near', value: kept.event });
	const near = h('datalist', { id: 'near' }), user = h('input', { name: 'username', type: 'text', required: true, autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', value: kept.username });
	const password = h('input', { name: 'password', type: 'password', required: true, autocomplete: 'current-password' });
	const gate = h('input', { name: 'gate', type: 'text', maxlength: 40, autocomplete: 'off', value: kept.gate });
	const button = h('button.button.large', t('sign_in_do')), force = h('button.button.quiet.danger', { type: 'button', hidden: true, onclick: () => enter(true) }, t('throw_away'));
	let lose = 0;

	const enter = (forced) => busy(button, async () => {
		told.hidden = force.hidden = true;
		await app.gate.signIn({ event_id: Number(event.value), username: user.value.trim(), password: password.value, ...(forced ? { force: true, lose } : {}) });
		set('event', event.value);
		set('username', user.value.trim());
		set('gate', gate.value.trim());
		if (gate.value.trim())
			await app.gate.setGate(gate.value.trim());
		app.go('scan');
	}, (error) => {
		told.textContent = app.words_of(error);
		told.hidden = false;
		force.hidden = error.code !== 'UNSENT';
		lose = error.unsent ?? 0;
		password.value = error.code === 'UNSENT' ? password.value : '';
	});

	// What is on now or soon, so that its number need not be known. Who has no network types it.
	fetch('/api/v1/public/events/?limit=20').then((answer) => answer.json()).then(({ data }) => near.append(...data.items.map(({ id, title }) => h('option', { value: id }, title)))).catch(() => {});

	// That there is no network is no longer so once there is one.
	const update = ({ online }) => {
		if (online && told.textContent === t('say.OFFLINE'))
			told.hidden = true;
	};

	return { update, el: h('form.page.sign', { onsubmit: (sent) => { sent.preventDefault(); enter(false); } },
		h('h1', t('sign_in')), h('p', t('sign_in_text')), told, force,
		field(t('event_number'), event), near, field(t('user_name'), user), field(t('password'), password), field(t('gate'), gate, t('gate_hint')), button,
		h('div.foot', tongues(app), h('a', { href: '/gate' }, t('plain')))) };
}
