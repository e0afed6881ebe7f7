DROP FUNCTION take_vendor_call(bytea, uuid, integer, interval, interval, interval);
DROP TABLE vendor_calls;
DROP TABLE vendor_keys;
