// The shell of the gate's app: what it may, what it says of whom, and that everything it names is there.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { api, site, token } from './lib.mjs'

test('the shell may use the camera and run WebAssembly, other pages of gates the camera, those of a campus the place too, no other page either, and nobody may evaluate text', async () => {
	const of = async (path) => {
		const { headers } = await api('GET', path)

		return [headers.get('content-security-policy'), headers.get('permissions-policy')]
	}
	const [policy, permissions] = await of('/gate/app')

	assert.match(policy, /; script-src 'self' 'wasm-unsafe-eval'$/)
	assert.match(permissions, /(^|, )camera=\(self\)(,|$)/)
	assert.doesNotMatch(policy, /'unsafe-eval'|'unsafe-inline'|blob:|\*/)
	for (const path of ['/', '/gate/sign-in', '/campus/sign-in', '/api/v1/public/events/', '/api/campus/events/', '/api/usher/events/', '/nowhere']) {
		const [other, others] = await of(path), camera = /^\/(gate|campus)/.test(path), place = path.startsWith('/campus')

		assert.doesNotMatch(other, /wasm|script-src/, path)
		assert.equal(/img-src [^;]*blob:.*; media-src 'self' blob:/.test(other), place, path)
		assert.match(others, camera ? /(^|, )camera=\(self\)(,|$)/ : /(^|, )camera=\(\)(,|$)/, path)
		assert.match(others, place ? /(^|, )geolocation=\(self\)(,|$)/ : /(^|, )geolocation=\(\)(,|$)/, path)
	}
})

test('it is one for all, and names only what is there', async () => {
	const shell = async (cookie) => (await fetch(`${site}/gate/app`, { headers: cookie ? { cookie } : {} })).text()
	const access = await token('usher'), text = await shell()

	assert.equal(await shell(`gh_usher=${access}`), text)
	for (const path of text.match(/\/static\/[\w./-]+/g)) {
		const file = await fetch(site + path)

		assert.equal(file.status, 200, path)
		assert.equal(file.headers.get('cache-control'), 'public, max-age=31536000, immutable', path)
	}
	const manifest = await (await fetch(site + text.match(/\/static\/gate\/app\.[0-9a-f]+\.webmanifest/)[0])).json()

	assert.equal(manifest.start_url, '/gate/app')
	for (const { src, sizes, type } of manifest.icons) {
		const icon = await fetch(site + src), bytes = Buffer.from(await icon.arrayBuffer())

		assert.equal(icon.headers.get('content-type'), type)
		assert.equal(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, sizes)
	}
})
