-- What few have is found by it: cash at a counter, or a card of the house.
ALTER TABLE payment ADD KEY IF NOT EXISTS payment_method (method);
