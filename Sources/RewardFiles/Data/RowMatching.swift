/// How the rows of a second file were matched with those of a table.
public struct RowMatching: Codable, Sendable, Hashable {
  /// Rows found by their ids.
  public var byID = 0
  /// Rows found by their texts.
  public var byText = 0
  /// Rows matched by their place in the file alone.
  public var byOrder = 0
  /// Rows of the table without a partner.
  public var withoutPartner = 0
  /// Rows of the second file that belong to no row of the table.
  public var unused = 0
  /// Rows matched by id or order whose texts differ, where both files have texts.
  public var differentTexts = 0
  /// Ids that stand in more than one row of a file; no row was matched by them.
  public var repeatedIDs = 0
  /// Where the first of them stand: "pairs.jsonl:31, as in line 1".
  public var repeatedAt: [String] = []

  /// Nothing matched yet.
  public init() {}

  /// Rows of the table that have a partner.
  public var matched: Int { byID + byText + byOrder }

  /// A sentence for people.
  public var words: String {
    var ways: [String] = []
    for (count, way) in [(byID, "by id"), (byText, "by text"), (byOrder, "by order")] where count > 0 {
      ways.append(count == matched ? way : "\(count) \(way)")
    }
    var words =
      "\(matched) of \(matched + withoutPartner) rows matched"
      + (ways.isEmpty ? "" : " " + ways.joined(separator: ", "))
    if unused > 0 { words += "; \(unused) of its rows belong to none" }
    if differentTexts > 0 { words += "; the texts of \(differentTexts) differ" }
    if repeatedIDs > 0 {
      words += "; \(repeatedIDs) ids repeat, which match nothing (\(repeatedAt.joined(separator: "; ")))"
    }
    return words
  }
}
