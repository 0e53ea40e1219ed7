<?cs # Where a message leads that a device shows: its first address, or nothing. The head of html.cs says what these are. ?><?cs
def:begin() ?><?cs set:m.leads = "" ?><?cs /def ?><?cs
def:end() ?><?cs var:m.leads ?><?cs /def ?><?cs
def:subject(text) ?><?cs /def ?><?cs
def:short(text) ?><?cs /def ?><?cs
def:hello(who) ?><?cs /def ?><?cs
def:say(text) ?><?cs /def ?><?cs
def:lines(text) ?><?cs /def ?><?cs
def:event(e) ?><?cs /def ?><?cs
def:fact(label, value) ?><?cs /def ?><?cs
def:link(text, address) ?><?cs if:m.leads == "" ?><?cs set:m.leads = address ?><?cs /if ?><?cs /def ?><?cs
def:fine(text) ?><?cs /def ?>
