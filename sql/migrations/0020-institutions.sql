-- Roles of institutions are longer words, and roles of their own: a right at a campus or in a directory is none elsewhere.
ALTER TABLE session DROP FOREIGN KEY IF EXISTS session_role;
ALTER TABLE session MODIFY role VARCHAR(20) NOT NULL,
	ADD COLUMN IF NOT EXISTS rotates TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'its refresh tokens are good once, though its mount keeps them';
ALTER TABLE account_role MODIFY role VARCHAR(20) NOT NULL, DROP CONSTRAINT IF EXISTS CONSTRAINT_1,
	DROP CONSTRAINT IF EXISTS account_role_known;
ALTER TABLE account_role ADD CONSTRAINT account_role_known CHECK (role IN ('customer', 'organizer', 'merchant', 'usher',
	'superadmin', 'admin', 'finance', 'support', 'student', 'supervisor', 'campus_organizer', 'hr', 'campus_admin', 'user',
	'moderator', 'people_admin'));
ALTER TABLE session ADD CONSTRAINT session_role FOREIGN KEY (account_id, role) REFERENCES account_role (account_id, role)
	ON DELETE CASCADE;
ALTER TABLE otp MODIFY role VARCHAR(20) NOT NULL;
ALTER TABLE audit_log MODIFY role VARCHAR(20) NOT NULL;

CREATE TABLE IF NOT EXISTS campus (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	name VARCHAR(160) NOT NULL,
	short_code VARCHAR(20) NOT NULL,
	time_zone VARCHAR(40) NOT NULL,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	UNIQUE KEY campus_short_code (short_code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS department (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	campus_id BIGINT NOT NULL,
	name VARCHAR(160) NOT NULL,
	short_code VARCHAR(20) NOT NULL,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	UNIQUE KEY department_short_code (campus_id, short_code),
	CONSTRAINT department_campus FOREIGN KEY (campus_id) REFERENCES campus (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- One a person. Which of the campus's roles they have is a row of account_role.
CREATE TABLE IF NOT EXISTS campus_member (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	account_id BIGINT NOT NULL,
	campus_id BIGINT NULL COMMENT 'NULL: hr and admins of all campuses',
	department_id BIGINT NULL,
	student_id VARCHAR(40) NULL COMMENT 'number of staff too',
	first_name VARCHAR(60) NOT NULL,
	last_name VARCHAR(60) NOT NULL,
	year_level INT NULL,
	is_verified TINYINT(1) NOT NULL DEFAULT 0,
	left_at DATETIME(3) NULL,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	UNIQUE KEY campus_member_account (account_id),
	UNIQUE KEY campus_member_student (campus_id, student_id),
	KEY campus_member_department (department_id),
	CONSTRAINT campus_member_account FOREIGN KEY (account_id) REFERENCES account (id),
	CONSTRAINT campus_member_campus FOREIGN KEY (campus_id) REFERENCES campus (id),
	CONSTRAINT campus_member_department FOREIGN KEY (department_id) REFERENCES department (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The people directory's profile.
CREATE TABLE IF NOT EXISTS person (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	account_id BIGINT NOT NULL,
	first_name VARCHAR(60) NOT NULL DEFAULT '',
	last_name VARCHAR(60) NOT NULL DEFAULT '',
	email_verified_at DATETIME(3) NULL,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	UNIQUE KEY person_account (account_id),
	CONSTRAINT person_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
