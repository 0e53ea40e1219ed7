// What a camera sees of a ticket's code, as a film that Chromium's fake camera plays: the picture that the server draws, held
// upright, tilted, in the dark, far away, or on a screen whose own raster beats with the camera's.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { PNG } from 'pngjs'

const WIDE = 960, HIGH = 540, FRAMES = 6

export const SCENES = {
	upright: { side: 330 },
	tilted: { side: 330, turn: 25, lean: .12 },
	dim: { side: 330, light: .16, noise: 9 },
	small: { side: 150 },
	screen: { side: 340, turn: 3, moire: .38, glare: .25 }
}

// Luminance of the drawn code at (u, v) from 0 to 1, white around it.
function texture(png) {
	const { width, height, data } = PNG.sync.read(png)
	const at = (x, y) => x < 0 || y < 0 || x >= width || y >= height ? 235 : data[4 * (y * width + x)] * .86 + 16

	return (u, v) => {
		const x = u * width - .5, y = v * height - .5, left = Math.floor(x), top = Math.floor(y), dx = x - left, dy = y - top

		return (at(left, top) * (1 - dx) + at(left + 1, top) * dx) * (1 - dy) + (at(left, top + 1) * (1 - dx) + at(left + 1, top + 1) * dx) * dy
	}
}

// One picture. Two by two points of the texture are one of the camera's. A hand trembles: each picture is a little elsewhere.
function picture(look, { side, turn = 0, lean = 0, light = 1, noise = 2, moire = 0, glare = 0 }, frame) {
	const luma = Buffer.alloc(WIDE * HIGH), angle = turn * Math.PI / 180, [cos, sin] = [Math.cos(angle), Math.sin(angle)]
	const [cx, cy] = [WIDE / 2 + 3 * Math.sin(frame), HIGH / 2 + 2 * Math.cos(frame * 1.7)]
	let seed = 1 + frame

	for (let y = 0; y < HIGH; y++)
		for (let x = 0; x < WIDE; x++) {
			let sum = 0

			for (const [ox, oy] of [[.25, .25], [.75, .25], [.25, .75], [.75, .75]]) {
				const px = x + ox - cx, py = y + oy - cy, rx = px * cos + py * sin, ry = py * cos - px * sin, far = 1 + lean * ry / side
				const [u, v] = [rx * far / side + .5, ry * far / side + .5]

				sum += u < -.25 || u > 1.25 || v < -.25 || v > 1.25 ? 90 : look(u, v)
			}
			seed = (seed * 1103515245 + 12345) & 0x7fffffff
			const beat = 1 - moire * (.5 + .25 * Math.sin(x * .9 + y * .21 + frame) + .25 * Math.sin(y * 1.13 - x * .13))
			const shine = glare * 120 * Math.exp(-(((x - cx) / 130) ** 2 + ((y - cy + 40) / 60) ** 2))

			luma[y * WIDE + x] = Math.max(16, Math.min(235, 16 + (sum / 4 - 16) * light * beat + shine + (seed / 0x7fffffff - .5) * 2 * noise))
		}
	return luma
}

// Writes what the scene shows of the picture of a code (PNG); null: of nothing.
export function film(path, png, scene) {
	const file = openSync(path, 'w'), grey = Buffer.alloc(WIDE * HIGH / 2, 128)

	writeSync(file, `YUV4MPEG2 W${WIDE} H${HIGH} F15:1 Ip A1:1 C420jpeg\n`)
	for (let frame = 0; frame < FRAMES; frame++) {
		writeSync(file, 'FRAME\n')
		writeSync(file, png ? picture(texture(png), SCENES[scene], frame) : Buffer.alloc(WIDE * HIGH, 90))
		writeSync(file, grey)
	}
	closeSync(file)
}

// A Chromium whose camera plays that; it goes with the test.
export async function with_camera(t, png, scene) {
	const at = mkdtempSync(join(tmpdir(), 'gatehouse-film-')), path = join(at, 'camera.y4m')

	film(path, png, scene)
	const browser = await chromium.launch({
		executablePath: process.env.GATEHOUSE_CHROMIUM || '/usr/bin/chromium-headless-shell',
		args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--use-fake-ui-for-media-stream',
			'--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${path}`]
	})

	t.after(async () => {
		await browser.close()
		rmSync(at, { recursive: true })
	})
	return browser
}
