<?cs # A merchant's stock has fallen to what they want to be told of. Data: name, left. ?>
<?cs call:subject(t.message.stock_low.subject) ?>
<?cs call:short(fill(t.message.stock_low.short, count(data.left))) ?>
<?cs call:hello(data.name) ?>
<?cs call:say(fill(t.message.stock_low.short, count(data.left))) ?>
<?cs call:say(t.message.stock_low.settings) ?>
<?cs set:m.home = url + "/merchant" ?><?cs call:link(t.message.stock_low.see, m.home) ?>
