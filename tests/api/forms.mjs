// Forms of pages as a browser would send them.
import assert from 'node:assert/strict'

export const plain = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', '\'').replaceAll('&nbsp;', ' ').replaceAll('&amp;', '&')
const attribute = (tag, name) => plain(tag.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1] ?? '')

// What a browser sends of the form that posts to action, as the page filled it: [[name, value], …].
export function untouched(browser, action) {
	const form = [...browser.html.matchAll(/<form\b[^>]*>.*?<\/form>/gs)].map(([text]) => text).find((text) => text.includes(`action="${action}"`))
	const sent = []

	assert.ok(form, `no form for ${action} in ${browser.path}`)
	for (const [tag, kind] of form.matchAll(/<(input|select|textarea)\b[^>]*>/gs)) {
		const name = attribute(tag, 'name'), rest = form.slice(form.indexOf(tag) + tag.length)

		if (kind === 'select')
			sent.push([name, plain(rest.slice(0, rest.indexOf('</select>')).match(/<option value="([^"]*)"[^>]*? selected>/)?.[1] ?? '')])
		else if (kind === 'textarea')
			sent.push([name, plain(rest.slice(0, rest.indexOf('</textarea>')).replace(/^\n/, '')).replaceAll('\n', '\r\n')])
		else if (attribute(tag, 'type') === 'checkbox')
			sent.push(...(/\schecked\b/.test(tag) ? [[name, attribute(tag, 'value')]] : []))
		else if (attribute(tag, 'type') !== 'file')
			sent.push([name, attribute(tag, 'value')])
	}
	return sent
}
