-- Where a code was shown, and from which address, goes before that it was shown: placed = 0 says so, and the next look begins behind it.
ALTER TABLE qr_scan
	ADD COLUMN IF NOT EXISTS placed TINYINT(1) NOT NULL DEFAULT 1 COMMENT 'place and address are here still' AFTER longitude,
	ADD KEY IF NOT EXISTS qr_scan_placed (placed, at);

-- What a photo looks like, in six parts, so that those which are alike are found by an index: two hashes of 64 bits that differ in five of
-- them at most have one of the parts in common.
ALTER TABLE attendance_evidence
	ADD COLUMN IF NOT EXISTS dhash_0 SMALLINT AS (CAST(CONV(HEX(dhash), 16, 10) AS UNSIGNED) >> 0 & 2047) VIRTUAL,
	ADD COLUMN IF NOT EXISTS dhash_1 SMALLINT AS (CAST(CONV(HEX(dhash), 16, 10) AS UNSIGNED) >> 11 & 2047) VIRTUAL,
	ADD COLUMN IF NOT EXISTS dhash_2 SMALLINT AS (CAST(CONV(HEX(dhash), 16, 10) AS UNSIGNED) >> 22 & 2047) VIRTUAL,
	ADD COLUMN IF NOT EXISTS dhash_3 SMALLINT AS (CAST(CONV(HEX(dhash), 16, 10) AS UNSIGNED) >> 33 & 2047) VIRTUAL,
	ADD COLUMN IF NOT EXISTS dhash_4 SMALLINT AS (CAST(CONV(HEX(dhash), 16, 10) AS UNSIGNED) >> 44 & 2047) VIRTUAL,
	ADD COLUMN IF NOT EXISTS dhash_5 SMALLINT AS (CAST(CONV(HEX(dhash), 16, 10) AS UNSIGNED) >> 55 & 2047) VIRTUAL,
	ADD KEY IF NOT EXISTS attendance_evidence_dhash_0 (dhash_0),
	ADD KEY IF NOT EXISTS attendance_evidence_dhash_1 (dhash_1),
	ADD KEY IF NOT EXISTS attendance_evidence_dhash_2 (dhash_2),
	ADD KEY IF NOT EXISTS attendance_evidence_dhash_3 (dhash_3),
	ADD KEY IF NOT EXISTS attendance_evidence_dhash_4 (dhash_4),
	ADD KEY IF NOT EXISTS attendance_evidence_dhash_5 (dhash_5);

-- Who agrees no more is looked for every few seconds.
ALTER TABLE campus_member ADD KEY IF NOT EXISTS campus_member_consent (consent_version);
