/// A dense matrix of doubles, row by row. For statistics, planning and factorisations; networks use flat floats.
///
/// ```swift
/// let a = Matrix([[2, 1], [1, 3]])
/// let x = try LinearAlgebra.solve(a, [3, 5])   // [0.8, 1.4]
/// ```
public struct Matrix: Sendable, Hashable, Codable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// rows × columns values; element (i, j) is `elements[i * columns + j]`.
  public var elements: [Double]

  /// A matrix whose elements are all `value`.
  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    precondition(rows >= 0 && columns >= 0, "a matrix has no negative side")
    self.rows = rows
    self.columns = columns
    elements = [Double](repeating: value, count: rows * columns)
  }

  /// A matrix of these elements, row by row; there must be rows × columns of them.
  public init(rows: Int, columns: Int, elements: [Double]) {
    precondition(rows >= 0 && columns >= 0 && elements.count == rows * columns, "a matrix has rows × columns elements")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// A matrix from its rows, all of the same length.
  public init(_ rows: [[Double]]) {
    let columns = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == columns }, "all rows of a matrix have the same length")
    self.init(rows: rows.count, columns: columns, elements: rows.flatMap(\.self))
  }

  /// The identity of this size.
  public static func identity(_ size: Int) -> Matrix { diagonal([Double](repeating: 1, count: size)) }

  /// A square matrix with these values on its diagonal and zeros elsewhere.
  public static func diagonal(_ values: [Double]) -> Matrix {
    var result = Matrix(rows: values.count, columns: values.count)
    for (i, value) in values.enumerated() { result[i, i] = value }
    return result
  }

  /// The element in this row and column. Complexity: O(1).
  @inlinable public subscript(row: Int, column: Int) -> Double {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "outside the matrix")
      return elements[row * columns + column]
    }
    set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "outside the matrix")
      elements[row * columns + column] = newValue
    }
  }

  /// A row, copied.
  public func row(_ index: Int) -> [Double] { Array(elements[index * columns..<(index + 1) * columns]) }
  /// A column, copied.
  public func column(_ index: Int) -> [Double] { (0..<rows).map { self[$0, index] } }
  /// Whether there are as many rows as columns.
  public var isSquare: Bool { rows == columns }

  /// The matrix with rows and columns exchanged. Complexity: O(rows · columns).
  public var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for i in 0..<rows { for j in 0..<columns { result.elements[j * rows + i] = elements[i * columns + j] } }
    return result
  }

  private enum CodingKeys: String, CodingKey { case rows, columns, elements }

  public init(from decoder: any Decoder) throws {
    let box = try decoder.container(keyedBy: CodingKeys.self)
    rows = try box.decode(Int.self, forKey: .rows)
    columns = try box.decode(Int.self, forKey: .columns)
    elements = try box.decode([Double].self, forKey: .elements)
    let (product, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, !overflow, elements.count == product else {
      throw InputError("a \(rows) × \(columns) matrix with \(elements.count) elements")
    }
  }
}
