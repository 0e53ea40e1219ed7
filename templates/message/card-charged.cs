<?cs # Money was taken from a card at a counter. Data: name, merchant, card (the end of its number), amount, balance, currency, note (or ""), at. ?>
<?cs set:m.short = fill2(t.message.card_charged.short, data.merchant, money(data.amount, data.currency)) ?>
<?cs set:m.left = fill2(t.message.card_charged.left, money(data.balance, data.currency), data.card) ?>
<?cs call:subject(fill2(t.message.card_charged.subject, data.merchant, money(data.amount, data.currency))) ?>
<?cs set:m.sms = m.short + " " + m.left + " " + t.message.card_charged.not_you ?><?cs call:short(m.sms) ?>
<?cs call:hello(data.name) ?>
<?cs call:say(m.short) ?>
<?cs if:data.note != "" ?><?cs call:fact(t.field.note, data.note) ?><?cs /if ?>
<?cs call:say(m.left) ?>
<?cs call:say(t.message.card_charged.not_you) ?>
<?cs set:m.cards = url + "/nfc-cards" ?><?cs call:link(t.message.card_charged.see, m.cards) ?>
