/// What goes wrong between us and the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is not one of PostgreSQL.
    #[error("not a database address: {0}")]
    Url(#[source] sqlx::Error),
    /// Nobody answers, or not to us.
    #[error("cannot connect: {0}")]
    Connect(#[source] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("migration: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The schema is of another version than this program's.
    #[error("the schema is of another version")]
    OtherVersion,
    /// A statement failed.
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
    /// A row holds what no row can hold.
    #[error("{table} {key}: {what}")]
    Row {
        /// The table.
        table: &'static str,
        /// Which row.
        key: String,
        /// What is wrong with it.
        what: String,
    },
}
