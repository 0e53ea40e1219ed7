/* Cards by the phone's own NFC (Chrome on Android). A card counts by its number; one that carries a code of ours, by that. */
export const nfc_there = () => 'NDEFReader' in globalThis;

/** Reads until the signal ends it. Must follow a touch, for the browser asks. Throws where it may not. */
export async function nfc_read(on_read, signal) {
	const reader = new globalThis.NDEFReader();

	reader.addEventListener('reading', ({ serialNumber, message }) => {
		for (const record of message?.records ?? []) {
			const text = record.recordType === 'text' && new TextDecoder(record.encoding || 'utf-8').decode(record.data);

			if (text && text.startsWith('GH1.'))
				return on_read(text);
		}
		return serialNumber && on_read(serialNumber.replaceAll(':', '').toUpperCase());
	}, { signal });
	await reader.scan({ signal });
}
