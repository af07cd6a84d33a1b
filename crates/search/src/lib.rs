//! What is indexed, how a query is read, how hits are ranked
