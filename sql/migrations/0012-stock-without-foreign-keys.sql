-- A foreign key locks the row it leads to, shared, at every insert. An item or ticket did that to its category's counter row,
-- and the same transaction then moved that counter: of any two at once each held what the other needed, and one was
-- rolled back as a deadlock. Categories are never deleted once something was sold (deleted_at), so nothing is left that
-- these keys would find.
ALTER TABLE order_item DROP FOREIGN KEY IF EXISTS order_item_category;
ALTER TABLE ticket DROP FOREIGN KEY IF EXISTS ticket_category;
