-- Wallets of several homes: totals by home, links learnt from identity.
SELECT 1;
