package shop

// The shop's tree: department, then its categories as
// "name price keeping mission season": the price of a middling pack; whether
// it keeps (f fresh, z frozen, s in the cupboard, h household); the kind of
// shopping trip it belongs to (0 to 5); the season (- flat, s summer, w
// winter, y year's end, p spring).
var tree = [...]struct {
	department string
	categories [10]string
}{
	{"Fruit & Vegetables", [10]string{
		"Apples 2.4 f 0 w", "Bananas 1.5 f 0 -", "Berries 2.9 f 0 s", "Citrus 2.2 f 0 w", "Salad 1.6 f 1 s",
		"Tomatoes 2.1 f 1 s", "Potatoes 2.6 f 1 w", "Onions 1.3 f 1 -", "Mushrooms 1.9 f 1 w", "Herbs 1.2 f 1 p"}},
	{"Dairy & Eggs", [10]string{
		"Milk 1.3 f 0 -", "Yoghurt 1.9 f 0 -", "Butter 2.5 f 2 y", "Cheddar 3.4 f 1 -", "Soft cheese 2.6 f 1 -",
		"Cream 1.4 f 2 y", "Eggs 2.7 f 0 p", "Desserts 2.3 f 3 -", "Milk drinks 1.6 f 3 s", "Oat drinks 2.1 s 0 -"}},
	{"Bakery", [10]string{
		"Bread 1.5 f 0 -", "Rolls 1.3 f 0 s", "Wraps 1.8 f 1 -", "Cakes 3.2 f 3 y", "Pastries 2.0 f 3 -",
		"Crackers 1.7 s 3 -", "Crispbread 1.9 s 0 -", "Bagels 1.8 f 0 -", "Doughnuts 1.6 f 3 -", "Pizza bases 2.4 f 1 -"}},
	{"Meat & Fish", [10]string{
		"Chicken 5.2 f 1 -", "Beef 6.8 f 1 w", "Pork 4.9 f 1 s", "Mince 4.4 f 1 -", "Sausages 3.3 f 1 s",
		"Bacon 2.9 f 0 -", "Ham 2.7 f 0 y", "Salmon 6.1 f 1 y", "White fish 5.4 f 1 -", "Meat-free 3.1 f 1 p"}},
	{"Frozen", [10]string{
		"Frozen pizza 3.4 z 1 -", "Ice cream 3.9 z 3 s", "Frozen vegetables 2.0 z 1 -", "Chips 2.5 z 1 -", "Fish fingers 3.2 z 1 -",
		"Frozen berries 3.1 z 0 w", "Ready meals 3.7 z 1 w", "Frozen pastry 2.4 z 2 y", "Frozen chicken 5.0 z 1 -", "Ice cubes 1.2 z 3 s"}},
	{"Pantry", [10]string{
		"Pasta 1.3 s 1 -", "Rice 2.2 s 1 -", "Pasta sauce 2.0 s 1 -", "Tinned tomatoes 1.0 s 1 -", "Tinned beans 0.9 s 1 w",
		"Tinned fish 1.8 s 1 -", "Soup 1.5 s 1 w", "Oil 4.8 s 2 -", "Vinegar 1.9 s 2 -", "Noodles 1.4 s 1 -"}},
	{"Breakfast & Baking", [10]string{
		"Cereal 2.9 s 0 -", "Muesli 3.3 s 0 -", "Porridge 2.1 s 0 w", "Jam 2.2 s 0 -", "Honey 3.8 s 0 w",
		"Nut spread 3.0 s 0 -", "Flour 1.2 s 2 y", "Sugar 1.3 s 2 y", "Baking aids 1.6 s 2 y", "Dried fruit 2.4 s 2 y"}},
	{"Snacks & Sweets", [10]string{
		"Crisps 1.9 s 3 s", "Nuts 2.8 s 3 y", "Chocolate bars 1.2 s 3 -", "Chocolate boxes 4.9 s 3 y", "Gummies 1.5 s 3 -",
		"Biscuits 1.6 s 3 w", "Popcorn 1.7 s 3 -", "Cereal bars 2.3 s 0 -", "Chewing gum 0.9 s 3 -", "Dips 1.9 f 3 s"}},
	{"Drinks", [10]string{
		"Cola 2.0 s 3 s", "Lemonade 1.7 s 3 s", "Juice 2.3 s 0 -", "Water 1.4 s 3 s", "Iced tea 1.8 s 3 s",
		"Coffee 5.6 s 0 w", "Tea 2.7 s 0 w", "Squash 1.9 s 3 s", "Energy drinks 1.6 s 3 -", "Cocoa 2.9 s 0 w"}},
	{"Beer & Wine", [10]string{
		"Lager 7.2 s 3 s", "Ale 6.4 s 3 -", "Cider 5.1 s 3 s", "Red wine 7.5 s 3 w", "White wine 7.0 s 3 s",
		"Rose 6.9 s 3 s", "Sparkling wine 9.4 s 3 y", "Gin 15.9 s 3 -", "Whisky 18.5 s 3 y", "Alcohol-free beer 4.6 s 3 p"}},
	{"Household", [10]string{
		"Toilet paper 4.3 h 4 -", "Kitchen roll 2.6 h 4 -", "Laundry 6.5 h 4 -", "Softener 3.2 h 4 -", "Dish soap 1.6 h 4 -",
		"Dishwasher tabs 6.9 h 4 -", "Cleaners 2.2 h 4 p", "Bin bags 2.0 h 4 -", "Foil & film 1.9 h 2 y", "Candles 2.8 h 4 y"}},
	{"Care & Family", [10]string{
		"Shampoo 3.1 h 5 -", "Shower gel 2.1 h 5 -", "Toothpaste 2.3 h 5 -", "Deodorant 2.6 h 5 s", "Razors 6.2 h 5 -",
		"Nappies 7.9 h 5 -", "Baby food 1.3 s 5 -", "Cat food 4.1 s 4 -", "Dog food 4.7 s 4 -", "Sun care 6.0 h 5 s"}},
}

// Brands are two syllables of these, invented.
var (
	brandHeads = [...]string{"Al", "Bro", "Car", "Del", "Ever", "Fen", "Gar", "Hol", "Ivo", "Jun", "Kel", "Lum", "Mar", "Nor", "Ost", "Pel", "Quin", "Ros", "Sol", "Tam", "Ulm", "Ver", "Wes", "Yar"}
	brandTails = [...]string{"ba", "ckley", "dine", "field", "gate", "ham", "ida", "ko", "lith", "mont", "na", "ora", "penn", "ridge", "sley", "tova", "vale", "wick", "zia", "by"}
)

// Adjectives by style: value, standard, premium, organic.
var adjectives = [styles][]string{
	{"Everyday", "Simple", "Basic", "Family"},
	{"Classic", "Original", "Favourite", "Golden", "Traditional"},
	{"Finest", "Reserve", "Select", "Artisan"},
	{"Organic", "Natural", "Farm", "Wholefood"},
}

// A pack is its words and its size beside the middling one.
type pack struct {
	words string
	size  float64
}

// Packs by the way a product keeps: fresh, frozen, cupboard, household.
var packs = map[byte][]pack{
	'f': {{"250 g", .55}, {"400 g", .8}, {"500 g", 1}, {"750 g", 1.4}, {"1 kg", 1.8}},
	'z': {{"300 g", .6}, {"450 g", .85}, {"600 g", 1}, {"900 g", 1.45}, {"1.2 kg", 1.9}},
	's': {{"200 g", .5}, {"330 ml", .7}, {"500 g", 1}, {"4 x 250 ml", 1.6}, {"1 kg", 1.9}},
	'h': {{"small", .6}, {"standard", 1}, {"large", 1.6}, {"family", 2.3}},
}
