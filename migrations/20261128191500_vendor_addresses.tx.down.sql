-- The normal form of an address is one that every version takes: there is nothing to put back.
SELECT 1;
