//! Brings packages into a project and keeps account of what it brought
