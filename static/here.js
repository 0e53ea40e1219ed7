/* Where somebody is, put into the fields of latitude and longitude of the form that its button stands in.
 *
 *   [data-here]   the button and what becomes of it, hidden without scripts; its [role=status] has the sentences */
(() => {
	'use strict';
	const at = document.querySelector('[data-here]');
	if (!at || !navigator.geolocation)
		return;
	const button = at.querySelector('button'), says = at.querySelector('[role=status]'), form = at.closest('form'), { asking, denied, none, found } = says.dataset;

	function put({ coords }) {
		for (const name of ['latitude', 'longitude'])
			form.elements[name].value = coords[name].toFixed(6);
		says.textContent = found.replace('{1}', Math.round(coords.accuracy));
		button.disabled = false;
	}

	function fail({ code }) {
		says.textContent = code === 1 ? denied : none;
		button.disabled = false;
	}

	button.addEventListener('click', () => {
		says.textContent = asking;
		button.disabled = true;
		navigator.geolocation.getCurrentPosition(put, fail, { enableHighAccuracy: true, timeout: 15000, maximumAge: 0 });
	});
	at.hidden = false;
})();
