-- As of all that people name (rules/words.h).
ALTER TABLE dependent ADD COLUMN IF NOT EXISTS name_words VARBINARY(1200) NULL;
