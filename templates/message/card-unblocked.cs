<?cs # A card that is good again. Data: name, card (the end of its number). ?>
<?cs call:subject(t.message.card_unblocked.subject) ?>
<?cs call:short(fill(t.message.card_unblocked.short, data.card)) ?>
<?cs call:hello(data.name) ?>
<?cs call:say(fill(t.message.card_unblocked.short, data.card)) ?>
<?cs set:m.cards = url + "/nfc-cards" ?><?cs call:link(t.message.card_charged.see, m.cards) ?>
