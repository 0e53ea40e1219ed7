-- What is searched, beside the text it was made from, by the statements that write that (rules/words.h). NULL: not made yet; then
-- the text itself is looked at. `gatehouse migrate` makes what is missing, in small transactions.
ALTER TABLE account ADD COLUMN IF NOT EXISTS name_words VARBINARY(1200) NULL;
ALTER TABLE organizer ADD COLUMN IF NOT EXISTS company_words VARBINARY(1200) NULL;
ALTER TABLE merchant ADD COLUMN IF NOT EXISTS company_words VARBINARY(1200) NULL;
ALTER TABLE campus_member ADD COLUMN IF NOT EXISTS first_name_words VARBINARY(1200) NULL,
	ADD COLUMN IF NOT EXISTS last_name_words VARBINARY(1200) NULL;
ALTER TABLE person ADD COLUMN IF NOT EXISTS first_name_words VARBINARY(1200) NULL,
	ADD COLUMN IF NOT EXISTS last_name_words VARBINARY(1200) NULL;
ALTER TABLE venue ADD COLUMN IF NOT EXISTS name_words VARBINARY(1200) NULL,
	ADD COLUMN IF NOT EXISTS address_words VARBINARY(1200) NULL,
	ADD COLUMN IF NOT EXISTS city_words VARBINARY(1200) NULL;
ALTER TABLE event_category ADD COLUMN IF NOT EXISTS name_words VARBINARY(1200) NULL;
ALTER TABLE event ADD COLUMN IF NOT EXISTS title_words VARBINARY(1200) NULL,
	ADD COLUMN IF NOT EXISTS description_words BLOB NULL;
ALTER TABLE ticket_category ADD COLUMN IF NOT EXISTS name_words VARBINARY(1200) NULL;
ALTER TABLE expense ADD COLUMN IF NOT EXISTS title_words VARBINARY(1200) NULL;
ALTER TABLE ticket ADD COLUMN IF NOT EXISTS holder_name_words VARBINARY(1200) NULL;
ALTER TABLE scan_log ADD COLUMN IF NOT EXISTS attendee_name_words VARBINARY(1200) NULL;
