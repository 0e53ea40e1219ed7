// Pictures of people and of organizers, from the file that somebody chooses to where it is seen, small: on one's own page, in the list
// of dependents, at the gate; and what is said of one that cannot be taken.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { api, site, token } from '../api/lib.mjs'
import { GIF, png, upload, WEBP } from '../api/picture.mjs'
import { as, bought, new_card, new_customer, new_event, new_usher, ok } from '../api/world.mjs'
import { each_way, look_around, PHONE, sign_in_customer, sign_in_organizer, sign_in_usher, use_browser, visit } from './lib.mjs'

use_browser()

// A face of sorts, wider than high, in colours that tell whether it was cut.
function face(width = 900, height = 600) {
	const pixels = Buffer.alloc((3 * width + 1) * height)

	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const at = (3 * width + 1) * y + 1 + 3 * x, near = Math.hypot(x - width / 2, y - height / 2) < height / 2.6
			const eye = Math.min(Math.hypot(x - width / 2 - 80, y - height / 2.4), Math.hypot(x - width / 2 + 80, y - height / 2.4)) < 26

			pixels.set(eye ? [40, 30, 60] : near ? [236, 190, 150] : [40 + 120 * x / width, 90, 150 - 60 * y / height], at)
		}
	return png(width, height, pixels, [], 2)
}

const file = (buffer, name = 'me.png') => ({ name, mimeType: 'image/png', buffer })
// As large as the browser has it, which is what was sent.
const natural = (locator) => locator.evaluate((img) => img.decode().then(() => [img.naturalWidth, img.naturalHeight]))

let event, ann, usher, uid

before(async () => {
	[event, ann] = [await new_event({ title: 'Faces at the gate' }), await new_customer({ name: 'Ann Arbor' })]
	usher = await new_usher(event)
	uid = new_card(ann)
	await bought(ann, event)
	ok(await api('PUT', '/api/v1/users/me/', upload('photo', face()), { token: ann.access }))
})

each_way('a photo is chosen, and seen small; another kind takes its place', async (visitor) => {
	const person = await new_customer({ name: 'Nora Newton' }), photo = visitor.$('#f-photo')

	await sign_in_customer(visitor, person)
	await visitor.open('/account')
	for (const [buffer, size] of [[face(), [320, 213]], [WEBP, [16, 12]], [GIF, [16, 12]]]) {
		await photo.setInputFiles(file(buffer))
		await visitor.send({ name: 'Nora Newton' }, 'Save')
		assert.deepEqual(await natural(visitor.$('img.portrait')), size)
		const box = await visitor.$('img.portrait').boundingBox()
		assert.ok(Math.abs(box.width - box.height) < 1, 'it is round')
	}
	const { photo: address } = ok(await as(person).get('/api/v1/users/me/'))
	assert.equal((await fetch(address)).headers.get('content-type'), 'image/gif')
})

each_way('a picture that cannot be taken: why stands at the field, and what was typed is there', async (visitor) => {
	const person = await new_customer({ name: 'Nora Newton' })

	await sign_in_customer(visitor, person)
	await visitor.open('/account')
	for (const [buffer, says] of [
		[png(20000, 20000), /This picture is too large/], [face().subarray(0, 900), /damaged and cannot be read/], [Buffer.from('<svg/>'), /Send a JPEG, PNG, WebP or GIF/]
	]) {
		await visitor.$('#f-photo').setInputFiles(file(buffer))
		await visitor.send({ name: 'Nora Norton' }, 'Save', { status: 422 })
		await visitor.sees(says, '#e-photo')
		assert.equal(await visitor.$('#f-photo').getAttribute('aria-invalid'), 'true')
		assert.equal(await visitor.$('#f-name').inputValue(), 'Nora Norton')
	}
	assert.equal(await visitor.$('img.portrait').count(), 0)
})

for (const arabic of [false, true])
	test(`pictures look well wherever they stand, ${arabic ? 'from right to left' : 'from left to right'}`, async (t) => {
		const customer = await visit(t), organizer = await visit(t), gate = await visit(t, { viewport: PHONE })
		const person = await new_customer({ name: 'Mira Castellanos' }), house = await token('organizer')
		const put_logo = (body) => api('PUT', '/api/organizer/profile/', body, { token: house })

		ok(await api('PUT', '/api/v1/users/me/', upload('photo', face()), { token: person.access }))
		for (const [name, birth_date] of [['Lou', '2019-05-04'], ['Ida', '2015-01-31']])
			ok(await as(person).post('/api/v1/users/dependents/', upload('photo', face(600, 900), { name, relationship: 'child', birth_date })), 201)
		ok(await put_logo(upload('logo', face(900, 300))))
		t.after(() => put_logo({ logo: null }))
		await sign_in_customer(customer, person)
		await sign_in_organizer(organizer)
		await sign_in_usher(gate, { event_id: event.id, ...usher })
		if (arabic)
			for (const visitor of [customer, organizer, gate])
				await visitor.page.context().addCookies([{ name: 'gh_locale', value: 'ar', url: site }])
		for (const [visitor, path, size] of [
			[customer, '/account', [320, 213]], [customer, '/dependents', [213, 320]], [organizer, '/organizer/account', [320, 107]]
		]) {
			await visitor.open(path)
			assert.deepEqual(await natural(visitor.$('img.portrait').first()), size, path)
			await look_around(visitor)
		}
		// The usher sees who stands there, beside the verdict.
		await gate.open('/gate')
		await gate.fill({ code: uid })
		await gate.page.keyboard.press('Enter')
		await gate.page.waitForSelector('.verdict img.portrait')
		assert.deepEqual(await natural(gate.$('.verdict img.portrait')), [320, 213])
		await look_around(gate)
	})
