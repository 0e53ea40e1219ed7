/* Charges. The card is locked with its balance first, so that the charge can say what is left on it; the ledger's guard says
 * once more whether there is enough. */
#include "store/charge.h"
#include "store/card.h"
#include "store/merchant.h"

/* As in ledger.c: without it the race would overdraw. */
#ifdef NO_GUARD
#define LOCKED ""
#else
#define LOCKED " FOR UPDATE"
#endif

const struct row *charge_card(struct db *db, const char *uid)
{
	return db_one(
		db,
		"SELECT n.id, n.uid, n.status, n.currency, COALESCE(x.balance, 0) AS balance, " CARD_HOLDER
		" AS `customer.name`, a.name, a.email, a.mobile_number, a.locale FROM nfc_card n LEFT JOIN ledger_account x ON x.kind = 'card' AND x.owner_id = n.id"
		" AND x.currency = n.currency LEFT JOIN customer c ON c.id = n.customer_id"
		" LEFT JOIN account a ON a.id = c.account_id WHERE n.uid = ? AND n.status <> 'stock'" LOCKED,
		args(uid));
}

enum ledger_posted charge_make(struct db *db, struct charge *charge, ms_t now)
{
	charge->id =
		db_insert(db,
			  "INSERT INTO card_charge (merchant_id, card_id, amount, currency, note, balance, created_at)"
			  " VALUES (?, ?, ?, ?, ?, ?, ?)",
			  args(charge->merchant_id, charge->card_id, charge->amount, charge->currency, charge->note,
			       charge->balance, arg_time(now)));
	if (!charge->id)
		return LEDGER_FAILED;
	return ledger_post(
		db,
		&(struct ledger_transfer){ .noun = "charge",
					   .kind = "charge",
					   .noun_id = charge->id,
					   .currency = charge->currency,
					   .legs = { { "card", charge->card_id, charge->amount },
						     { "merchant", charge->merchant_id, -charge->amount } } },
		now);
}

const struct row *charge_locked(struct db *db, int64_t merchant_id, int64_t id)
{
	return db_one(
		db,
		"SELECT h.id, h.card_id, h.amount, h.currency, h.note, h.status, h.balance, h.created_at,"
		" COALESCE(x.balance, 0) AS `card.balance` FROM card_charge h"
		" LEFT JOIN ledger_account x ON x.kind = 'card' AND x.owner_id = h.card_id AND x.currency = h.currency"
		" WHERE h.id = ? AND h.merchant_id = ? FOR UPDATE",
		args(id, merchant_id));
}

bool charge_close(struct db *db, int64_t id, ms_t now)
{
	return db_exec(db,
		       "UPDATE card_charge SET status = 'reversed', reversed_at = ?, updated_at = ?"
		       " WHERE id = ? AND status = 'done' AND created_at > ?",
		       args(arg_time(now), arg_time(now), id, arg_time(now - CHARGE_DAYS * MS_DAY))) == 1;
}

const struct row *charge_told(struct db *db, int64_t id)
{
	return db_one(
		db,
		"SELECT a.name, a.email, a.mobile_number, a.locale, n.uid, h.amount, h.currency, h.note,"
		" COALESCE(x.balance, 0) AS balance, " MERCHANT_NAME " AS merchant"
		" FROM card_charge h JOIN nfc_card n ON n.id = h.card_id JOIN merchant m ON m.id = h.merchant_id"
		" JOIN customer c ON c.id = n.customer_id JOIN account a ON a.id = c.account_id"
		" LEFT JOIN ledger_account x ON x.kind = 'card' AND x.owner_id = h.card_id AND x.currency = h.currency"
		" WHERE h.id = ?",
		args(id));
}

const struct rows *charge_latest(struct db *db, int64_t merchant_id, ms_t since, int64_t n)
{
	return db_query(
		db,
		"SELECT h.id, h.status, h.amount, h.currency, h.note, h.created_at, RIGHT(n.uid, 4) AS card"
		" FROM card_charge h JOIN nfc_card n ON n.id = h.card_id WHERE h.merchant_id = ? AND h.created_at >= ?"
		" ORDER BY h.created_at DESC, h.id DESC LIMIT ?",
		args(merchant_id, arg_time(since), n));
}

const struct row *charge_receipt(struct db *db, int64_t merchant_id, int64_t id, ms_t now)
{
	return db_one(db,
		      "SELECT " MERCHANT_NAME " AS merchant, RIGHT(n.uid, 4) AS card, h.created_at <= ? AS `old:bool`"
		      " FROM card_charge h JOIN nfc_card n ON n.id = h.card_id JOIN merchant m ON m.id = h.merchant_id"
		      " WHERE h.id = ? AND h.merchant_id = ?",
		      args(arg_time(now - CHARGE_DAYS * MS_DAY), id, merchant_id));
}

enum ledger_posted charge_give_back(struct db *db, int64_t id, ms_t now)
{
	return ledger_reverse(db, "charge", id, "charge", "reversal", now);
}
