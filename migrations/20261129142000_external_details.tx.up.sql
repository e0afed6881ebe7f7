-- What tells namesakes apart, if the vendor's list has it. A refresh leaves out what is longer.
ALTER TABLE external_orgs
    ADD COLUMN website text CONSTRAINT external_orgs_website_check CHECK (length(website) <= 2000),
    ADD COLUMN city text CONSTRAINT external_orgs_city_check CHECK (length(city) <= 200);
