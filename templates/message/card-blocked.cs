<?cs # A card with which nobody can pay any more. Data: name, card (the end of its number). ?>
<?cs call:subject(t.message.card_blocked.subject) ?>
<?cs call:short(fill(t.message.card_blocked.short, data.card)) ?>
<?cs call:hello(data.name) ?>
<?cs call:say(fill(t.message.card_blocked.short, data.card)) ?>
<?cs set:m.cards = url + "/nfc-cards" ?><?cs call:link(t.message.card_charged.see, m.cards) ?>
