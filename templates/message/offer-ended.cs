<?cs # A ticket that was offered stays with who has it. Data: name, how (cancelled: taken back; declined; expired), event. ?>
<?cs call:subject(fill(t.message.offer_ended.subject, data.event.title)) ?>
<?cs call:short(fill(t.message.offer_ended[data.how], data.event.title)) ?>
<?cs call:hello(data.name) ?>
<?cs call:say(fill(t.message.offer_ended[data.how], data.event.title)) ?>
<?cs call:event(data.event) ?>
