import GRDB
import Runs

extension StoreAddition {
  /// Which query of the run an answer became, and whether it was set aside: it was given by somebody who is not relied on.
  static let setAside = StoreAddition(
    name: "set aside",
    sql: """
      CREATE TABLE taken_answers (event INTEGER PRIMARY KEY, query INTEGER NOT NULL,
        set_aside INTEGER NOT NULL DEFAULT 0);
      CREATE INDEX taken_answers_by_query ON taken_answers (query);
      """)
}

extension WorkbenchStore {
  /// Notes what a round took in, and which answers of all rounds do not count by now.
  ///
  /// - Parameters:
  ///   - events: what the round took in, in order.
  ///   - first: the query that the first of its answers became.
  ///   - withdrawn: the queries whose answers do not count.
  func setAside(_ events: [AnswerEvent], from first: Int, withdrawn: [Int]) throws {
    try write { db in
      var query = first
      for event in events {
        guard case .answered(let answer) = event else { continue }
        try db.execute(
          sql: "INSERT OR REPLACE INTO taken_answers (event, query) VALUES (?, ?)", arguments: [answer.number, query])
        query += 1
      }
      for query in withdrawn {
        try db.execute(sql: "UPDATE taken_answers SET set_aside = 1 WHERE query = ?", arguments: [query])
      }
    }
  }
}
