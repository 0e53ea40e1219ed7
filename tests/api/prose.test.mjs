// What is written about an event, in Markdown: what the public's page shows of it, what apps get, and what is never let through.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { api, Browser, token } from './lib.mjs'
import { as, DAY, iso, new_event, new_organizer, ok, refused, unique } from './world.mjs'

let staff, event

before(async () => {
	staff = as(await token('staff'))
	event = await new_event({ title: `Prose ${unique()}`, starts_at: iso(Date.now() + 9 * DAY), ends_at: iso(Date.now() + 9.2 * DAY) })
})

const write = async (description) => ok(await staff.put(`/api/events/${event.id}/`, { description }))
// Public pages may be a second old; one that was never asked for is not.
const page = async () => {
	const html = (await new Browser().open(`/events/${event.id}?at=${unique()}`)).html

	return { html, prose: /<div class="prose">([^]*?)<\/div>/.exec(html)?.[1] ?? '', about: /<meta name="description" content="(.*?)">/.exec(html)?.[1] }
}
const one = async () => ok(await api('GET', `/api/v1/public/events/${event.id}/`, undefined, { query: { at: unique() }, token: await token('staff') }))

test('an event\'s text is Markdown: shown on its page, given to apps as it is and as HTML, a line of it to search engines', async () => {
	const text = '# Line-up\n\n**Six** bands & *one* quay\nDoors at 7\n\n- food\n- [map](https://a.example/?a=1&b=2)'
	const html = '<h3 dir="auto">Line-up</h3>\n<p dir="auto"><strong>Six</strong> bands &amp; <em>one</em> quay<br>\nDoors at 7</p>\n<ul dir="auto">\n' +
		'<li dir="auto">food\n</li>\n<li dir="auto"><a href="https://a.example/?a=1&amp;b=2" rel="nofollow noopener ugc">map</a>\n</li>\n</ul>\n'

	await write(text)
	const { prose, about } = await page()
	assert.equal(prose, html)
	assert.equal(about, 'Line-up Six bands &amp; one quay Doors at 7 food map')
	const data = await one()
	assert.deepEqual([data.description, data.description_html], [text, html])
	assert.ok(!('description_html' in ok(await api('GET', '/api/v1/public/events/', undefined, { query: { search: event.title } })).items[0]), 'a list has no such thing')
})

test('what was written before there was Markdown looks as it did', async () => {
	await write('First line\nSecond line: 2 * 3 * 4\n\n   Next_one_here < there')
	assert.equal((await page()).prose, '<p dir="auto">First line<br>\nSecond line: 2 * 3 * 4</p>\n<p dir="auto">Next_one_here &lt; there</p>\n')
	await write('')
	assert.equal((await page()).prose, '')
	assert.match((await page()).about, /^Prose .*Porto: dates, prices and tickets\.$/)
})

test('nothing that is no text gets through, wherever it is shown', async () => {
	for (const hostile of [
		'<script>alert(1)</script>', 'a <img src=x onerror=alert(1)> b', '[a](javascript:alert(1))', '![a](javascript:alert(1))', '<javascript:alert(1)>',
		'[a](https://x.example/"onmouseover="alert(1))', '[a](data:text/html;base64,PHNjcmlwdD4=)', '[x]: javascript:alert(1)\n\n[x]', '[a](/admin/sign-out)',
		'```\n</p><script>alert(1)</script>\n```', '`</code><script>alert(1)</script>`', '&lt;script&gt;alert(1)&lt;/script&gt;', '<?cs var:page.csrf ?>', '"><svg/onload=alert(1)>',
		'<style>*{display:none}</style>', '<iframe src="//x.example"></iframe>', '<a href="javascript:alert(1)">a</a>', '<!--\n</div>', '</div></section></main>'
	]) {
		await write(hostile)
		const { html, prose } = await page()
		const tags = [...prose.matchAll(/<(\/?\w+)([^>]*)>/g)]

		for (const [, name, attributes] of tags) {
			assert.match(name, /^\/?(p|h[3-6]|ul|ol|li|blockquote|em|strong|code|a|br|hr)$/, hostile)
			assert.match(attributes, /^( start="\d+"| dir="auto"| href="(https?:\/\/|mailto:)[^"]*"| rel="nofollow noopener ugc")*$/, hostile)
		}
		assert.match(html, /<\/main>[^]*<\/html>\s*$/, hostile)
		assert.equal((await one()).description_html, prose, hostile)
		assert.ok(!html.includes('<script>'), hostile)
	}
})

test('a text of any signs at all is shown in no time, and one that is too long is refused', async () => {
	for (const unit of ['[', '*', '>', '> ', '![', '[a](', '- ', '`', '<', '**a *', '[a]: ', '\n>'])  {
		await write(unit.repeat(Math.floor(10_000 / unit.length)).trim() || unit)
		const begun = Date.now(), { html } = await page()

		assert.match(html, /<\/html>\s*$/, unit)
		assert.ok(Date.now() - begun < 3000, `${unit} took ${Date.now() - begun} ms`)
	}
	refused(await staff.put(`/api/events/${event.id}/`, { description: 'x'.repeat(10_001) }), 422, 'VALIDATION_ERROR')
})

test('Arabic and English in one text each go their own way', async () => {
	await write('# قائمة\n\nمرحبا **بكم**\n\nWelcome &#x202e;back')
	const { prose } = await page()

	refused(await staff.put(`/api/events/${event.id}/`, { description: 'Welcome \u202eback' }), 422, 'VALIDATION_ERROR')
	assert.equal(prose, '<h3 dir="auto">قائمة</h3>\n<p dir="auto">مرحبا <strong>بكم</strong></p>\n<p dir="auto">Welcome back</p>\n')
})

test('an organizer writes it too, and asks for it where it is not theirs to change', async () => {
	const otto = await new_organizer(), his = await new_event({ organizer_id: otto.organizer_id, publish: true })

	ok(await as(otto).put(`/api/organizer/events/${his.id}/`, { description: 'A *new* night <script>x</script>' }))
	const html = (await new Browser().open(`/events/${his.id}?at=${unique()}`)).html
	assert.match(html, /<div class="prose"><p dir="auto">A <em>new<\/em> night x<\/p>/)
})

test('staff see before they publish how it will look', async () => {
	const draft = await new_event({ publish: false })
	const browser = new Browser()

	ok(await staff.put(`/api/events/${draft.id}/`, { description: '## Soon\n\n1. come\n2. stay' }))
	await browser.go('/admin/sign-in')
	await browser.submit('/admin/sign-in', { email: 'admin@gatehouse.example', password: 'demo-admin-1' })
	const html = (await browser.open(`/admin/events/${draft.id}/preview`)).html
	assert.match(html, /<h3 dir="auto">Soon<\/h3>\n<ol dir="auto">/)
	const form = (await browser.open(`/admin/events/${draft.id}`)).html
	assert.match(form, /in Markdown: \*\*bold\*\*/)
	assert.match(form, /## Soon/, 'the form has what was typed')
})
