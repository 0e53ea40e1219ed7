<?cs # The last that its reader hears. Data: name. ?>
<?cs call:subject(fill(t.message.account_deleted.subject, name)) ?>
<?cs call:short(fill(t.message.account_deleted.short, name)) ?>
<?cs call:hello(data.name) ?>
<?cs call:say(fill(t.message.account_deleted.short, name)) ?>
<?cs call:say(t.message.account_deleted.kept) ?>
