package sim

import "strings"

// demoStems and demoTrades form the clients' names: a trade with the stem filled in.
var demoStems = []string{
	"Cedar Ridge", "Harbor View", "Millstone", "Bluewater", "Fox Hollow", "Granite Peak", "Willow Creek", "Northgate", "Redwood",
	"Silver Lake", "Copper Canyon", "Prairie Rose", "Lakeside", "Ironwood", "Maple Street", "Stonebridge", "Eastfield", "Sunrise",
	"Whitfield", "Okafor", "Delgado", "Hartwell", "Lindqvist", "Nakamura", "O'Brien", "Petrov", "Castellano", "Abernathy", "Van Dorn",
	"Goldberg", "McAllister", "Sørensen", "Yilmaz", "Rousseau", "Kowalski", "Fairbanks", "Ashcroft", "Beaumont", "Ellison", "Garza",
	"Holloway", "Ingram", "Jennings", "Keller", "Lombardi", "Mbeki", "Novák", "Pemberton", "Quinlan", "Ramírez", "Saint Clair",
	"Tolliver", "Underhill", "Vasquez", "Wexler", "Youngblood", "Zimmerman", "Three Rivers", "Old Mill", "Summit",
}

var demoTrades = []string{
	"%s Dental", "%s Family Dentistry", "%s Orthodontics", "%s Law Group", "%s & Associates", "%s Legal", "%s Accounting", "%s Tax Services",
	"%s Architects", "%s Engineering", "%s Construction", "%s Builders", "%s Plumbing & Heating", "%s Electric", "%s Roofing",
	"%s Veterinary Clinic", "%s Animal Hospital", "%s Pediatrics", "%s Physical Therapy", "%s Medical Center", "%s Eye Care", "%s Pharmacy",
	"%s Logistics", "%s Freight", "%s Manufacturing", "%s Machine Company", "%s Tool & Die", "%s Packaging", "%s Foods", "%s Bakery",
	"%s Brewing Company", "%s Vineyards", "%s Insurance Agency", "%s Realty", "%s Property Management", "%s Wealth Advisors",
	"%s Credit Union", "%s Church", "%s Academy", "%s Charter School", "City of %s", "%s County Library", "The %s Foundation",
	"The %s Hotel", "%s Marketing", "%s Printing", "%s Auto Group", "%s Equipment Rental", "%s Landscaping", "%s Funeral Home",
}

// demoForms contains "" three times: half of the names have no legal form.
var demoForms = []string{"", "", "", "LLC", "Inc", "Inc."}

// demoCities are where the clients are.
var demoCities = []string{
	"Albany", "Boulder", "Cedar Falls", "Dayton", "Eugene", "Flagstaff", "Grand Rapids", "Harrisburg", "Lincoln", "Portland", "Reno", "St. Paul",
}

// demoStrays are in some tools only: tests, prospects, the provider itself.
var demoStrays = []string{
	"_Template - Do Not Use", "Test Company", "zzz Archived Clients", "Onboarding Sandbox", "Internal - Our Own Company", "Prospect: Green Valley Farms",
	"Prospect: Tidewater Marine", "Former Client - Apex Staffing", "Vendor - Ingram", "Break-Fix Customers", "Temp", "Managed", "Lab",
	"Training 2021", "Duplicate? Summit Foods", "Walk-in Residential", "Miller Residence", "J. Smith (home)", "HQ Loaners", "Unassigned",
}

func demoAbbreviations() *strings.Replacer {
	return strings.NewReplacer(
		"Associates", "Assoc.", "Company", "Co.", "Services", "Svcs", "Center", "Ctr", "Saint ", "St. ", "Manufacturing", "Mfg", "Management", "Mgmt",
		"Construction", "Constr.", "Engineering", "Eng.", "County", "Cty", "Group", "Grp",
	)
}
