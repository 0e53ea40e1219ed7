/* Looks for QR codes in pictures, off the page's own thread. The reader is ZXing as WebAssembly (parts/list). */
let reader;

const SETTINGS = { formats: ['QRCode'], maxNumberOfSymbols: 4, textMode: 'Plain' };

async function load() {
	const { prepareZXingModule, readBarcodes } = await import('./zxing/reader/index.js');

	await prepareZXingModule({ overrides: { locateFile: () => new URL('./zxing/zxing_reader.wasm', import.meta.url).href }, fireImmediately: true });
	return readBarcodes;
}

/* { bitmap, hard }: hard looks longer, for codes that are small, turned or inverted. */
addEventListener('message', async ({ data: { bitmap, hard, start } }) => {
	try {
		reader ??= load();
		const read = await reader;

		if (start)
			return postMessage({ ready: true });
		const { width, height } = bitmap, canvas = new OffscreenCanvas(width, height), pen = canvas.getContext('2d', { willReadFrequently: true });

		pen.drawImage(bitmap, 0, 0);
		bitmap.close();
		const found = await read(pen.getImageData(0, 0, width, height), {
			...SETTINGS, tryHarder: hard, tryRotate: hard, tryInvert: hard, tryDownscale: hard
		});
		return postMessage({ texts: found.filter(({ isValid }) => isValid).map(({ text }) => text) });
	} catch (error) {
		bitmap?.close();
		return postMessage({ failed: `${error}` });
	}
});
