<?cs # Somebody is invited to work for an organizer. Data: company, from, address. ?>
<?cs call:subject(fill(t.message.co_worker_invited.subject, data.company)) ?>
<?cs call:short(fill2(t.message.co_worker_invited.short, data.company, data.address)) ?>
<?cs call:hello("") ?>
<?cs call:say(fill2(t.message.co_worker_invited.say, data.from, data.company)) ?>
<?cs call:say(t.message.co_worker_invited.how) ?>
<?cs call:link(t.message.co_worker_invited.link, data.address) ?>
<?cs call:fine(t.message.co_worker_invited.not_you) ?>
