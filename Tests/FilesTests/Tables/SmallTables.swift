import Files

/// A table with every kind of column, entries missing at each level, for round trips.
func smallTable() -> ColumnTable {
  let messages = ColumnTable.Column(
    .structures(
      [
        .init("role", .init(.texts(TextValues(["user", "assistant", "user"])))),
        .init("content", .init(.texts(TextValues(["Hi", "", "täxt \"q\"\n"])), isValid: [true, false, true])),
      ], count: 3))
  return ColumnTable([
    .init("id", .init(.integers([0, -1, .max, 7]))),
    .init("score", .init(.floats([0.5, 0, -.infinity, 1e-300]), isValid: [true, false, true, true])),
    .init("flag", .init(.bools([true, false, true, false]), isValid: [true, true, true, false])),
    .init("text", .init(.texts(TextValues(["a", "", "ü🙂", ""])), isValid: [true, true, true, false])),
    .init("prompt", .init(.list(offsets: [0, 2, 2, 2, 3], elements: messages), isValid: [true, true, false, true])),
    .init(
      "about",
      .init(
        .structures([.init("n", .init(.integers([1, 0, 3, 4]), isValid: [true, false, true, true]))], count: 4),
        isValid: [true, true, false, true])),
  ])
}

/// What the table's rows are.
let smallRows = [
  #"{"id":0,"score":0.5,"flag":true,"text":"a","prompt":[{"role":"user","content":"Hi"},"#
    + #"{"role":"assistant","content":null}],"about":{"n":1}}"#,
  #"{"id":-1,"score":null,"flag":false,"text":"","prompt":[],"about":{"n":null}}"#,
  #"{"id":9223372036854775807,"score":-Infinity,"flag":true,"text":"ü🙂","prompt":null,"about":null}"#,
  #"{"id":7,"score":1e-300,"flag":null,"text":null,"prompt":[{"role":"user","content":"täxt \"q\"\n"}],"#
    + #""about":{"n":4}}"#,
]

func rows(_ table: ColumnTable) -> [String] { (0..<table.rowCount).map { table.jsonRow($0) } }
