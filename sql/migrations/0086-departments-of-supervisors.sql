-- The departments that a supervisor looks after besides their own, which stays in campus_member.
CREATE TABLE IF NOT EXISTS supervisor_department (
	account_id BIGINT NOT NULL,
	department_id BIGINT NOT NULL,
	PRIMARY KEY (account_id, department_id),
	KEY supervisor_department_of (department_id),
	CONSTRAINT supervisor_department_account FOREIGN KEY (account_id) REFERENCES campus_member (account_id),
	CONSTRAINT supervisor_department_of FOREIGN KEY (department_id) REFERENCES department (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
