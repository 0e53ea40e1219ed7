-- Scans that wait are settled together, in plain statements with many rows each; a routine settles one.
DROP PROCEDURE IF EXISTS scan_apply;
