/* What a window says that another one took the gate over from. */
import { h } from './dom.js';
import { t } from './words.js';

export const elsewhere_view = () => ({
	el: h('div.page', h('h1', t('elsewhere')), h('p', { role: 'status' }, t('elsewhere_text')),
		h('button.button.large', { type: 'button', onclick: () => location.reload() }, t('use_here')))
});
