-- Whoever has not used the link in the directory's message may look at themselves alone, unless the house is closed anyway.
INSERT IGNORE INTO setting (name, value, updated_at) VALUES ('people_unverified', 'refuse', UTC_TIMESTAMP(3));
