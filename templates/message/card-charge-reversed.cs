<?cs # A charge was given back. Data: name, merchant, card (the end of its number), amount, balance, currency, note (or ""), at. ?>
<?cs set:m.short = fill2(t.message.card_charge_reversed.short, data.merchant, money(data.amount, data.currency)) ?>
<?cs set:m.left = fill2(t.message.card_charge_reversed.left, money(data.balance, data.currency), data.card) ?>
<?cs call:subject(fill2(t.message.card_charge_reversed.subject, data.merchant, money(data.amount, data.currency))) ?>
<?cs set:m.sms = m.short + " " + m.left ?><?cs call:short(m.sms) ?>
<?cs call:hello(data.name) ?>
<?cs call:say(m.short) ?>
<?cs if:data.note != "" ?><?cs call:fact(t.field.note, data.note) ?><?cs /if ?>
<?cs call:say(m.left) ?>
<?cs set:m.cards = url + "/nfc-cards" ?><?cs call:link(t.message.card_charged.see, m.cards) ?>
