import Command
import WorkbenchCommand

var parts = Parts.standard
parts.addWorkbench()
PactolusCommand.main(parts)
