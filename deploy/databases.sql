-- Every part has a database of its own.
CREATE DATABASE upskill_skills;
CREATE DATABASE upskill_programs;
CREATE DATABASE upskill_enrollment;
CREATE DATABASE upskill_gateway;
