#ifndef STORE_SCAN_SUM_H
#define STORE_SCAN_SUM_H
/* What a row of scan_log counts for, as SQL. Rows never change: what was taken back has another row that undoes it, which counts
 * as one less of what that did. Each takes what stands before a column's name, "s." or "". */

/* Of a sum: 1, or of what takes another row back -1. */
#define SCAN_SIGN(s) "IF(" s "undoes IS NULL, 1, -1)"
/* Sums of entries, of first entries, and of exits. */
#define SCAN_INS(s) "SUM(" SCAN_SIGN(s) " * (" s "moved AND " s "direction = 'in'))"
#define SCAN_FIRSTS(s) "SUM(" SCAN_SIGN(s) " * " s "first_entry)"
#define SCAN_OUTS(s) "SUM(" SCAN_SIGN(s) " * (" s "moved AND " s "direction = 'out'))"
/* How many scans were made: taking one back, or only recording it, is none. */
#define SCAN_SCANS(s) "SUM(" s "kind NOT IN ('undo', 'record'))"
/* A condition: the row moved its ticket, and stands. Nearly all rows undo nothing, so the index of those that do is kept out of it. */
#define SCAN_STANDS(s)                                                                                                 \
	s "moved AND "                                                                                                 \
	  "COALESCE(" s "undoes, 0) = 0 AND NOT EXISTS (SELECT 1 FROM scan_log back WHERE back.undoes = " s "id)"
#define L_STANDS SCAN_STANDS("l.")
/* When a row of scan_log was made, by our clock: of one that a device kept for a while, at is when it came. Takes what stands before
 * a column's name. */
#define SCAN_MADE(s) "IF(" s "uploaded, " s "scanned_at, " s "at)"
#define L_MADE SCAN_MADE("l.") /* most call it l */
/* A condition: somebody was let in or out by it, and it was not taken back. */
#define SCAN_GIVEN(s)                                                                                                  \
	s "result = 'valid' AND " s "kind IN ('scan', 'hand', 'leave')"                                                \
	  " AND NOT EXISTS (SELECT 1 FROM scan_log back WHERE back.undoes = " s "id)"
#define L_GIVEN SCAN_GIVEN("l.")
/* Tables by the hour of what was scanned, not of when it was taken back: scan_log l with w, the row that l undoes. */
#define SCAN_BY_HOUR "scan_log l LEFT JOIN scan_log w ON w.id = l.undoes"
#define SCAN_HAPPENED "IF(w.id IS NULL, " L_MADE ", " SCAN_MADE("w.") ")"
/* By quarters of an hour, for the hours of some zones begin at one: when the quarter began in which it happened, and what of a row
 * counts in it. A condition, and sums with their names. */
#define SCAN_QUARTER                                                                                                   \
	"TIMESTAMP'1970-01-01 00:00:00' + INTERVAL FLOOR(TIMESTAMPDIFF(SECOND, '1970-01-01', " SCAN_HAPPENED           \
	") / 900) * 900 SECOND"
#define SCAN_IN_QUARTERS "((l.moved AND l.direction = 'in') OR l.first_entry)"
#define SCAN_QUARTER_SUMS SCAN_INS("l.") " AS ins, " SCAN_FIRSTS("l.") " AS firsts"

#endif
