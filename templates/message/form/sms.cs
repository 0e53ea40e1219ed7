<?cs # A message as an SMS: what short() says; the head of html.cs says what these are. ?><?cs
def:begin() ?><?cs /def ?><?cs
def:end() ?><?cs /def ?><?cs
def:subject(text) ?><?cs /def ?><?cs
def:short(text) ?><?cs var:text ?><?cs /def ?><?cs
def:hello(who) ?><?cs /def ?><?cs
def:say(text) ?><?cs /def ?><?cs
def:lines(text) ?><?cs /def ?><?cs
def:event(e) ?><?cs /def ?><?cs
def:fact(label, value) ?><?cs /def ?><?cs
def:link(text, address) ?><?cs /def ?><?cs
def:fine(text) ?><?cs /def ?>
