-- A charge whose call has not come back may still reach the provider: until then its "no such charge" is not believed.
ALTER TABLE payment
	ADD COLUMN charged_at DATETIME(3) NULL COMMENT 'the charge call came back without a verdict' AFTER failure;
