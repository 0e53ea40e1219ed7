-- Scans are settled by statements of their own, several at a time (src/store/scan.c): nothing calls this any more.
DROP PROCEDURE IF EXISTS scan_apply;
