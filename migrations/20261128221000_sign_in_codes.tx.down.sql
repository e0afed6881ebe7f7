DROP FUNCTION prune_sign_in_codes();
DROP FUNCTION code_holders(bytea[]);
DROP TABLE sign_in_codes;
