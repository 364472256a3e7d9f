import Compute
import Files
import Foundation

/// Reads best-of-n samples: one row for each reply, in JSON Lines, a JSON array or a comma-separated table, plain or
/// packed.
///
/// | what | usual names |
/// |---|---|
/// | prompt (needed) | `prompt_id`, `prompt`, `question_id`, `question`, `instruction` |
/// | proxy score (needed) | `proxy`, `proxy_score`, `score`, `reward` |
/// | gold score | `gold`, `gold_score`, `gold_reward`, `true_score` |
/// | log-probability | `logprob`, `log_probability`, `logp`, `policy_logprob` |
/// | under the reference | `ref_logprob`, `reference_logprob`, `ref_logp`, `logprob_ref` |
/// | reply | `response`, `completion`, `answer`, `text` |
///
/// ``ReadingOptions/sampleColumns`` says it otherwise. Columns named `proxy_0`, `proxy_1` … are members of an ensemble; without a proxy column of its own their mean is it.
public enum SampleFile {
  private static let aliases: [(SampleRole, [String])] = [
    (.prompt, ["prompt_id", "prompt", "question_id", "question", "instruction"]),
    (.proxy, ["proxy", "proxy_score", "score", "reward"]),
    (.gold, ["gold", "gold_score", "gold_reward", "true_score"]),
    (.logProbability, ["logprob", "log_probability", "logp", "policy_logprob"]),
    (.reference, ["ref_logprob", "reference_logprob", "ref_logp", "logprob_ref"]),
    (.response, ["response", "completion", "answer", "text"]),
  ]

  /// Reads a file of samples.
  ///
  /// - Throws: `InputError` with file and line.
  public static func read(_ file: URL, options: ReadingOptions = .init()) throws -> SampleTable {
    var columns: Set<String> = []
    if let table = try pass(file, options, &columns, isLast: false) { return table }
    // A column that the first rows do not have: what means what is settled with all of them.
    guard let table = try pass(file, options, &columns, isLast: true) else {
      preconditionFailure("a last reading ends")
    }
    return table
  }

  /// One reading by the columns of the first rows; nil if others appear later, and all of them are then in `columns`.
  private static func pass(
    _ file: URL, _ options: ReadingOptions, _ columns: inout Set<String>, isLast: Bool
  ) throws -> SampleTable? {
    var table = SampleTable()
    table.places.files = [file]
    var reader = try RecordReader(file, options: options)
    var header: TableHeader?
    var plan: Plan?
    var isPartial = false
    var prompts: [UInt64: Int32] = [:]
    while var batch = try reader.next() {
      if reader.format == .csv, header == nil {
        header = try TableHeader(batch, file: file.path)
        batch.records.removeFirst()
      }
      let rows = parse(batch, header)
      if plan == nil, !isPartial {
        if !isLast { columns = Set(header?.columns ?? rows.prefix(2000).flatMap { $0.fields.keys }) }
        // A column that was named may appear further down.
        isPartial = !isLast && header == nil && !options.sampleColumns.values.allSatisfy(columns.contains)
      }
      if plan == nil, !isPartial {
        plan = try Plan(columns.sorted(), named: options, file: file.path)
        table.members = plan!.members.map { .init(name: $0, scores: []) }
      }
      if !isLast, header == nil {
        for row in rows where !row.fields.keys.allSatisfy(columns.contains) {
          columns.formUnion(row.fields.keys)
          isPartial = true
        }
        if isPartial { continue }
      }
      for row in rows {
        do throws(RowFault) {
          try append(row, plan!, &table, &prompts, batch, header)
        } catch {
          let place = "\(file.path):\(row.record.line)"
          if options.strict {
            throw InputError(error.reason, at: place, remedy: "fix the row, or read without --strict")
          }
          table.setAside.append(SetAsideRow(place: place, reason: error.reason))
        }
      }
    }
    if isPartial { return nil }
    guard table.count > 0, let plan else {
      throw InputError(
        "no row can be used: \(table.setAside.reasons.first?.reason ?? "the file is empty")",
        at: table.setAside.rows.first?.place ?? file.path, remedy: "give rows with a prompt and a proxy score")
    }
    finish(&table, plan, prompts: prompts.count, columns)
    return table
  }

  private static func parse(_ batch: RecordBatch, _ header: TableHeader?) -> [Parsed] {
    let count = batch.records.count
    let chunks = min(16, max(1, count))
    return ThreadPool.shared.map(chunks) { chunk in
      batch.records[(chunk * count / chunks)..<((chunk + 1) * count / chunks)].map { Parsed($0, batch, header) }
    }.flatMap { $0 }
  }

  private static func finish(_ table: inout SampleTable, _ plan: Plan, prompts: Int, _ columns: Set<String>) {
    table.promptCount = prompts
    var reading = FileReading(
      file: table.places.files[0].lastPathComponent, use: "samples", format: "samples", rows: table.count,
      setAside: table.setAside.count)
    reading.columns = aliases.compactMap { role, _ in plan.names[role].map { .init(role.rawValue, $0) } }
    reading.members = plan.members
    reading.unused = columns.subtracting(plan.names.values).subtracting(plan.members).sorted()
    for (role, column) in [
      (SampleRole.gold, table.gold), (.logProbability, table.logProbability),
      (.reference, table.referenceLogProbability),
    ] {
      guard let name = plan.names[role], column.allSatisfy(\.isNaN) else { continue }
      reading.notes.append("column '\(name)' is empty in every row")
    }
    reading.notes += table.setAside.reasons.prefix(3).map { "\($0.count) rows set aside: \($0.reason)" }
    table.reading = reading
    if table.gold.allSatisfy(\.isNaN) { table.gold = [] }
    if table.logProbability.allSatisfy(\.isNaN) { table.logProbability = [] }
    if table.referenceLogProbability.allSatisfy(\.isNaN) { table.referenceLogProbability = [] }
  }

  /// A row as a tree, or why there is none.
  private struct Parsed {
    let record: Record
    var fields: [String: JSONValue] = [:]
    var fault: RowFault?

    init(_ record: Record, _ batch: RecordBatch, _ header: TableHeader?) {
      self.record = record
      do throws(RowFault) {
        guard let header else {
          guard case .object(let fields) = try JSONValue(row: batch.bytes, in: record.range) else {
            throw RowFault("not a JSON object")
          }
          self.fields = fields
          return
        }
        guard JSONScanner.isUTF8(batch.bytes[record.range].span) else { throw RowFault("not valid UTF-8") }
        var cells = TableFields()
        try cells.read(batch.bytes, in: record.range, separator: header.separator)
        guard cells.fields.count == header.columns.count else {
          throw RowFault("\(cells.fields.count) fields, the header has \(header.columns.count)")
        }
        for (name, range) in zip(header.columns, cells.fields) where !range.isEmpty {
          fields[name] =
            JSONScanner.parse(cells.bytes[range].span).map { .number($0) }
            ?? .string(String(decoding: cells.bytes[range], as: UTF8.self))
        }
      } catch { fault = error }
    }
  }

  private struct Plan {
    var names: [SampleRole: String] = [:]
    var members: [String] = []

    init(_ columns: [String], named options: ReadingOptions, file: String) throws {
      for (role, usual) in SampleFile.aliases {
        guard let own = options.sampleColumns[role] else {
          names[role] = usual.first { columns.contains($0) }
          continue
        }
        names[role] = own
        guard !columns.contains(own) else { continue }
        // A prompt's column may be meant for the file of pairs beside this one.
        guard role == .prompt, let other = usual.first(where: columns.contains) else {
          throw InputError.unknown("column", own, among: columns, at: "\(file), --map \(role.rawValue)")
        }
        names[role] = other
      }
      members = columns.filter { name in
        let stem = name.prefix { !$0.isNumber }
        return name.last?.isNumber == true
          && ["proxy_", "proxy_score_", "score_", "reward_", "member_"].contains(String(stem))
      }.sorted { ($0.count, $0) < ($1.count, $1) }
      guard names[.prompt] != nil else { throw InputError.missingColumn("prompt", among: columns, at: file) }
      guard names[.proxy] != nil || !members.isEmpty else {
        throw InputError.missingColumn("proxy", among: columns, at: file)
      }
    }
  }

  private static func append(
    _ row: Parsed, _ plan: Plan, _ table: inout SampleTable, _ prompts: inout [UInt64: Int32], _ batch: RecordBatch,
    _ header: TableHeader?
  ) throws(RowFault) {
    if let fault = row.fault { throw fault }
    func number(_ name: String?) throws(RowFault) -> Double {
      guard let name, let value = row.fields[name], value != .null else { return .nan }
      guard let number = value.cellNumber, number.isFinite else { throw RowFault("\(name) is not a finite number") }
      return number
    }
    guard let prompt = row.fields[plan.names[.prompt]!]?.cellText else { throw RowFault("no prompt") }
    var scores: [Double] = []
    for name in plan.members { scores.append(try number(name)) }
    var proxy = try number(plan.names[.proxy])
    if plan.names[.proxy] == nil { proxy = scores.reduce(0, +) / Double(scores.count) }
    guard !proxy.isNaN else { throw RowFault("no proxy score") }
    let gold = try number(plan.names[.gold])
    let logProbability = try number(plan.names[.logProbability])
    let reference = try number(plan.names[.reference])

    let key = ColumnPlan.hash(prompt)
    let index = prompts[key] ?? Int32(prompts.count)
    prompts[key] = index
    table.prompt.append(index)
    table.proxy.append(proxy)
    table.gold.append(gold)
    table.logProbability.append(logProbability)
    table.referenceLogProbability.append(reference)
    table.characters.append(
      UInt32(clamping: plan.names[.response].flatMap { row.fields[$0]?.cellText }?.unicodeScalars.count ?? 0))
    for index in table.members.indices { table.members[index].scores.append(scores[index]) }
    table.places.file.append(0)
    table.places.line.append(row.record.line)
    table.places.ordinal.append(UInt32(clamping: row.record.number - (header == nil ? 0 : 1)))
    table.places.start.append(batch.start + row.record.range.lowerBound)
    table.places.size.append(UInt32(clamping: row.record.range.count))
    table.places.part.append(0)
  }
}
