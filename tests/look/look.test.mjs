// Every page that a link leads to, in every portal: light and dark, on a phone and on a desk, in English and in Arabic.
// Nothing is listed here: a new page is found by the link that leads to it, and a link that leads nowhere is a fault.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { forget_tries, sign_in, site } from '../api/lib.mjs'
import {
	DESKTOP, in_broad_letters, look_around, overflow, PHONE, sign_in_customer, sign_in_merchant, sign_in_organizer, sign_in_staff,
	sign_in_usher, use_browser, visit
} from '../browser/lib.mjs'

use_browser()

// Pages that differ by a number only are one page; so are those that differ by what was searched for, but not those
// that are another view.
function kind_of(path) {
	const { pathname, searchParams } = new URL(path, site)

	return pathname.replaceAll(/\/\d+/g, '/:id') + [...searchParams.keys()].filter((name) => ['screen', 'when'].includes(name)).join()
}

// What no page is: files, the language's switch (it leads back), the API's own document.
const NO_PAGE = /^\/(locale|files|static|api\/openapi|account\/export)|[?&]format=|\.(svg|pdf|ics)$/

const links_of = (visitor) => visitor.page.locator('a[href]').evaluateAll((all) => all
	.map((link) => new URL(link.href)).filter(({ origin }) => origin === location.origin)
	.map(({ pathname, search }) => pathname + search))

// Sees every kind of page below these beginnings, once; gives their addresses. All that is wrong is said at the end.
async function crawl(visitor, beginnings, belongs) {
	const seen = new Map(), waiting = beginnings.map((path) => ({ path, from: '' })), wrong = []

	while (waiting.length) {
		const { path, from } = waiting.shift()

		if (NO_PAGE.test(path) || seen.has(kind_of(path)) || !belongs(path))
			continue
		seen.set(kind_of(path), path)
		try {
			await visitor.open(path)
			await look_around(visitor)
			waiting.push(...(await links_of(visitor)).map((link) => ({ path: link, from: path })))
		} catch (error) {
			wrong.push(`${path} (from ${from}): ${error.message.slice(0, 400)}`)
			visitor.forgive(/./)
		}
	}
	assert.deepEqual(wrong, [])
	return [...seen.values()]
}

// But the gate's app: it is on the device by now, in the language in which it came or that was chosen in it (gate_look.test.mjs).
async function in_arabic(visitor, paths) {
	await visitor.page.context().addCookies([{ name: 'gh_locale', value: 'ar', url: site }])
	for (const path of paths.filter((path) => new URL(path, site).pathname !== '/gate/app')) {
		await visitor.open(path)
		assert.equal(await visitor.page.evaluate(() => document.documentElement.dir), 'rtl', path)
		assert.equal(await visitor.page.evaluate(() => document.documentElement.lang), 'ar', path)
		assert.match(await visitor.text('main'), /[\u0600-\u06ff]/, `${path} has no Arabic`)
		await visitor.page.setViewportSize(PHONE)
		assert.equal(await overflow(visitor.page), '', `${path} is too wide in Arabic`)
		await visitor.shot(`${path} ar`)
		await visitor.page.setViewportSize(DESKTOP)
	}
}

// The site map's pages without a parameter, for these and where it fits: links have led to each of them, but for what is asked of many
// rows, which a form leads to (many.test.mjs).
function reached(paths, who, fits) {
	const seen = new Set(paths.map((path) => new URL(path, site).pathname))
	const pages = execFileSync(process.env.GATEHOUSE_BIN, ['routes'], { encoding: 'utf8' }).trim().split('\n')
		.map((line) => line.split(/\s+/)).filter(([method, path, whose, , shown]) => method === 'GET' && shown !== 'json'
			&& who.test(whose) && !path.includes(':') && !path.endsWith('/bulk') && fits(path)).map(([, path]) => path)

	assert.notEqual(pages.length, 0)
	assert.deepEqual(pages.filter((path) => !seen.has(path)), [])
}

const OFFICES = /^\/(organizer|merchant|admin|gate)(\/|\?|$)/

test('the public site', async (t) => {
	const visitor = await visit(t)
	const paths = await crawl(visitor, ['/', '/events/1', '/forgot', '/organizer/sign-in', '/organizer/forgot', '/merchant/sign-in',
		'/merchant/forgot', '/admin/sign-in', '/gate/sign-in', '/campus/password'], () => true)

	// A form leads to the others.
	reached(paths, /^anyone$/, (path) => !OFFICES.test(path) && !/^\/(api|demo)\b|\/code$|^\/reset$/.test(path))
	await in_arabic(visitor, paths)
})

test('a customer', async (t) => {
	const visitor = await visit(t)

	await sign_in_customer(visitor)
	forget_tries()
	const { access } = await sign_in('customer')
	const { data } = await fetch(`${site}/api/v1/users/tickets/`, { headers: { authorization: `Bearer ${access}` } }).then((r) => r.json())
	const begin = ['/', '/account', '/tickets', '/tickets?when=past', '/orders', ...data.items.slice(0, 1).map(({ id }) => `/tickets/${id}`)]
	const paths = await crawl(visitor, begin, (path) => !OFFICES.test(path) && !path.startsWith('/api/'))

	assert.ok(paths.some((path) => /^\/orders\/\d+/.test(path)), paths.join(' '))
	await in_arabic(visitor, paths)
})

test('an organizer', async (t) => {
	const visitor = await visit(t)

	await sign_in_organizer(visitor)
	const paths = await crawl(visitor, ['/organizer', '/organizer/events/1', '/organizer/account', '/organizer/views'], (path) => path.startsWith('/organizer'))
	reached(paths, /^organizer$/, (path) => path.startsWith('/organizer') && !path.endsWith('/code'))
	await in_arabic(visitor, paths)
})

// Each number on its own line, beside no other, in letters as they come and in broad ones.
test('a board for a million places', async (t) => {
	const visitor = await visit(t), { page } = visitor
	const wrong = [], look_at = async (letters) => {
		for (const width of [320, PHONE.width, 768, DESKTOP.width, 1920]) {
			await page.setViewportSize({ width, height: DESKTOP.height })
			for (const number of ['8', '412', '8,888', '88,888', '888,888', '8,888,888'])
				for (const fault of await page.evaluate(numbers_in, number))
					wrong.push(`${visitor.path} at ${width}, ${letters}: ${fault}`)
			if (await overflow(page))
				wrong.push(`${visitor.path} at ${width}, ${letters}: ${await overflow(page)}`)
			await visitor.shot(`${visitor.path} ${width} ${letters}`)
		}
	}

	await sign_in_organizer(visitor)
	for (const path of ['/organizer/events/1', '/organizer/events/1?screen=1']) {
		await visitor.open(path)
		await look_at('as it comes')
		await in_broad_letters(page, () => look_at('broad'))
		await page.setViewportSize(DESKTOP)
	}
	assert.deepEqual(wrong, [])
})

// In the page: shows this number in all places of the board, as if the event had as many; gives those where it does not fit.
function numbers_in(number) {
	document.querySelector('.numbers').dataset.digits = String(number.replaceAll(',', '').length)
	return [...document.querySelectorAll('.numbers dd')].flatMap((place) => {
		const figure = place.querySelector('span'), letters = document.createRange()

		figure.textContent = number
		letters.selectNodeContents(figure)
		const { width, height } = letters.getBoundingClientRect(), { fontSize } = getComputedStyle(place)
		return width > place.getBoundingClientRect().width + 1 || height > 1.9 * parseFloat(fontSize)
			? [`${number} takes ${Math.round(width)} × ${Math.round(height)} in ${Math.round(place.getBoundingClientRect().width)} at ${fontSize}`] : []
	})
}

test('a merchant', async (t) => {
	const visitor = await visit(t)

	await sign_in_merchant(visitor)
	const paths = await crawl(visitor, ['/merchant', '/merchant/account'], (path) => path.startsWith('/merchant'))
	await in_arabic(visitor, paths)
})

test('an usher', async (t) => {
	const visitor = await visit(t)

	forget_tries()
	await sign_in_usher(visitor)
	const paths = await crawl(visitor, ['/gate', '/gate/logs', '/gate/account'], (path) => path.startsWith('/gate'))
	await in_arabic(visitor, paths)
})

test('staff', async (t) => {
	const visitor = await visit(t)

	forget_tries()
	await sign_in_staff(visitor)
	const paths = await crawl(visitor, ['/admin', '/admin/account', '/admin/events/1', '/admin/search?search=demo'], (path) => path.startsWith('/admin'))
	reached(paths, /^(staff|managers|several|superadmin)$/, (path) => path.startsWith('/admin'))
	await in_arabic(visitor, paths)
})

test('where nothing is, and where one may not go', async (t) => {
	const visitor = await visit(t)

	for (const path of ['/no-such-page', '/events/999999999', '/events/0x1'])
		await visitor.open(path, { status: 404 })
	await look_around(visitor)
	await visitor.open('/events?sort_by=zq', { status: 422 })
	await look_around(visitor)
	for (const [path, door] of [['/tickets', '/sign-in'], ['/organizer', '/organizer/sign-in'], ['/merchant', '/merchant/sign-in'],
		['/admin/events', '/admin/sign-in'], ['/gate', '/gate/sign-in']]) {
		await visitor.open(path)
		assert.equal(visitor.path, `${door}?next=${path}`)
	}
})

test('every page can be used by keyboard alone', async (t) => {
	const visitor = await visit(t)

	await visitor.open('/')
	await visitor.page.keyboard.press('Tab')
	assert.equal(await visitor.page.evaluate(() => document.activeElement.className), 'skip')
	await visitor.page.keyboard.press('Enter')
	assert.equal(await visitor.page.evaluate(() => document.activeElement.id), 'main')
	// What has the focus can be seen to have it.
	await visitor.open('/sign-in')
	for (let i = 0; i < 12; i++) {
		await visitor.page.keyboard.press('Tab')
		const seen = await visitor.page.evaluate(() => {
			const one = document.activeElement, { outlineStyle, outlineWidth } = getComputedStyle(one), box = one.getBoundingClientRect()

			return { what: one.outerHTML.slice(0, 120), outlined: outlineStyle !== 'none' && outlineWidth !== '0px', size: box.width * box.height }
		})
		assert.ok(seen.outlined && seen.size > 0, JSON.stringify(seen))
	}
})
